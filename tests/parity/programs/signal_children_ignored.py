import os, signal
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
if os.fork() == 0: os._exit(5)
try:
    os.wait()
except ChildProcessError as error:
    print(error)
