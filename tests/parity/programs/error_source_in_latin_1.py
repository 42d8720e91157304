#: exit_code = 1
#: code = "# coding: latin-1\nname = 'é'; print(ascii(name)); name / 0\n"
