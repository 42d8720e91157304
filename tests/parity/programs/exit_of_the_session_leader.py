# Children hear nothing of it, for there is no terminal.
import os, signal, time
reader, writer = os.pipe()
if os.fork() == 0:
    signal.signal(signal.SIGHUP, lambda *_: os.write(1, b"hung up\n"))
    os.close(writer)
    os.read(reader, 1)
    os._exit(0)
os.close(reader)
print("main ends")
