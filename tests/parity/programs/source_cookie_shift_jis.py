#: code = "# coding: shift_jis\nprint(ascii('é漢'))\n"
