#: code = "if True:\n    print('in a block')"
