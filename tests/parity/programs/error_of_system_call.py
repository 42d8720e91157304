#: exit_code = 1
open("/nowhere/naïve", "w")
