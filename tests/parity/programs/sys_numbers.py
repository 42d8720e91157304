import sys
print(sys.float_info, sys.int_info, sys.hash_info, sys.thread_info, sys.maxsize, sys.maxunicode, sys.float_repr_style, sys.getswitchinterval(),
      sys.get_int_max_str_digits())
