#: code = "# coding: cp1252\nprint(ascii('€'))\n"
