#: code = "print('before')\n\f\nprint('after')\n\fprint('begins with one')\nif True:\n  \f  print('indented')\n"
