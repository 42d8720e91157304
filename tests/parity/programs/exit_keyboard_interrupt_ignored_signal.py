#: signal = 2
import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
raise KeyboardInterrupt
