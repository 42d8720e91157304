#: tries = "F19: see or tell through shared files: dnotify, inotify, fanotify, leases, access times"
#: stdout = "EINVAL ENOSYS ENOSYS EPERM EACCES same EROFS control ok\n"
import fcntl, os
from attack import show, syscall, word
directory = os.open("/usr/lib", os.O_RDONLY)
file = os.open("/usr/bin/env", os.O_RDONLY)
before = os.stat("/usr/bin/env").st_atime_ns
os.read(file, 100)
show(word(fcntl.fcntl, directory, fcntl.F_NOTIFY, fcntl.DN_ACCESS | fcntl.DN_MULTISHOT), syscall(253), syscall(294, 0),
     syscall(300, 0, 0), word(fcntl.fcntl, file, fcntl.F_SETLEASE, fcntl.F_RDLCK),
     "same" if os.stat("/usr/bin/env").st_atime_ns == before else "changed", word(os.utime, "/usr/bin/env"),
     "control", word(fcntl.fcntl, directory, fcntl.F_GETFD))
