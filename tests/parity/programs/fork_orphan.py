import os, time
reader, writer = os.pipe()
child = os.fork()
if child == 0:
    if os.fork() == 0:
        while os.getppid() == child or os.getppid() != 1: time.sleep(0.01)
        os.write(writer, b"adopted by %d" % os.getppid())
    os._exit(0)
os.waitpid(child, 0)
os.close(writer)
print(os.read(reader, 100))
