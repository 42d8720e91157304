#: exit_code = 1
#: code = "def f():\n\f    return 1 / 0\nf()\n"
