import sys
print(sys.version, sys.version_info, sys.hexversion, sys.implementation, sys.api_version, sys.copyright, sys.platform, sys.byteorder, sys._git, sys.abiflags)
