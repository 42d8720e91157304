import threading
timer = threading.Timer(0.1, print, args=("the timer goes off",))
timer.start()
cancelled = threading.Timer(60, print, args=("never",))
cancelled.start()
cancelled.cancel()
print("main ends")
