import fcntl, os, stat
for number in range(3):
    status = os.fstat(number)
    print(number, stat.S_ISFIFO(status.st_mode), oct(status.st_mode), status.st_uid, status.st_gid, status.st_blksize,
          fcntl.fcntl(number, fcntl.F_GETFL), fcntl.fcntl(number, fcntl.F_GETFD), os.get_inheritable(number),
          os.readlink(f"/proc/self/fd/{number}").split(":")[0])
print(len({os.fstat(number).st_ino for number in range(3)}))
