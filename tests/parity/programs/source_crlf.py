#: code = "print('first')\r\ntext = '''two\r\nlines'''\r\nprint(ascii(text))\r\nif text:\r\n    print('block')\r\n"
