#: exit_code = 1
#: code = "print('before')\n\u001aprint('after')\n"
