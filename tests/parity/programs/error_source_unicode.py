#: exit_code = 1
größe = {"ключ": None}
ergebnis = "☃☃☃" + größe["ключ"] + "😀"
