import fcntl
print([fcntl.fcntl(number, fcntl.F_GETPIPE_SZ) for number in range(3)])
