#: code = "# coding: utf-8-sig\nprint('é')\n"
