#: code = "print('before')\n\u0000"
