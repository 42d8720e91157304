#: tries = "O14: change the flags of the shared pipe"
#: stdout = "fine\n"
import fcntl, os
fcntl.fcntl(1, fcntl.F_SETFL, os.O_NONBLOCK)
fcntl.fcntl(1, fcntl.F_SETPIPE_SZ, 4096)
print("fine")
