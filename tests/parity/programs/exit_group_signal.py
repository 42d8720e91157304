#: signal = 10
import os, signal
os.killpg(0, signal.SIGUSR1)
