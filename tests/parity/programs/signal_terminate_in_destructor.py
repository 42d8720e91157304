#: signal = 15
import os, signal
class Kills:
    def __del__(self, kill=os.kill, pid=os.getpid(), number=signal.SIGTERM): kill(pid, number)
kills = Kills()
print("main ends")
