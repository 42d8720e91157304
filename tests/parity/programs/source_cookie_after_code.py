#: code = "x = 1\n# coding: latin-1\nprint(ascii('é'))\n"
