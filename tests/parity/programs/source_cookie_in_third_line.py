#: code = "# one\n# two\n# coding: latin-1\nprint(ascii('é'))\n"
