#: code = "# coding: UTF8\nprint('é')\n"
