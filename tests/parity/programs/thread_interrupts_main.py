#: signal = 2
import _thread, sys, threading, time
sys.excepthook = lambda *_: print("interrupted")
threading.Timer(0.05, _thread.interrupt_main).start()
while True: time.sleep(0.01)
