#: signal = 10
# Handlers are gone by then.
import os, signal
signal.signal(signal.SIGUSR1, lambda *_: print("handled"))
class Kills:
    def __del__(self, kill=os.kill, pid=os.getpid(), number=signal.SIGUSR1): kill(pid, number)
kills = Kills()
