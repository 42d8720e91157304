#: exit_code = 1
#: code = "print('before')\nprint('in the line')\u0000; print('hidden')\nprint('next line')\n"
