import os, platform
print(platform.python_implementation(), platform.python_version(), platform.python_build(), platform.python_compiler(), platform.machine(), platform.system(), platform.libc_ver())
print(os.uname().sysname, os.uname().nodename)
