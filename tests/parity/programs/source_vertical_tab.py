#: exit_code = 1
#: code = "print('before')\n\u000bprint('after')\n"
