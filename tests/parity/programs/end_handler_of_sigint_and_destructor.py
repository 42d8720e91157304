import signal
class Said:
    def __del__(self): print("gone")
signal.signal(signal.SIGINT, lambda number, frame: print("interrupted"))
said = Said()
