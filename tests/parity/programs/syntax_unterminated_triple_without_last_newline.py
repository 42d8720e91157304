#: exit_code = 1
#: code = "x = '''never ends"
