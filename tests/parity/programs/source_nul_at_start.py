#: code = "\u0000print('hidden')\nprint('next line')\n"
