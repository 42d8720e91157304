#: code = "print('lf')\nprint('crlf')\r\ntext = '''a\rb\r\nc\nd'''\rprint(ascii(text))\n\rprint('last')"
