#: code = "# coding: utf-7\nprint(ascii('+AOk-'))\n"
