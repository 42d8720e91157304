#: exit_code = 1
raise ValueError("naïve ☃ \udcff \U0001f600 \x07 tab\t")
