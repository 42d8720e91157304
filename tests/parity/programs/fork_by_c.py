import ctypes, os
child = ctypes.CDLL(None).fork()
if child == 0:
    os.write(1, b"child\n")
    os._exit(4)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
