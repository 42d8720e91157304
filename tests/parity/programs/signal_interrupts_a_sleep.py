#: signal = 2
import os, signal, threading, time
threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT)).start()
time.sleep(60)
