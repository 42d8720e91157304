#: code = "# coding: unicode_escape\nx = 1\\u000aprint(x)\n"
