import sys
code = sys._getframe().f_code
print(code.co_flags, code.co_name, code.co_qualname, code.co_filename, code.co_firstlineno, code.co_stacksize, code.co_nlocals,
      code.co_argcount, code.co_freevars, code.co_names)
