import threading
print(open("/proc/self/comm").read(), end="")
thread = threading.Thread(target=lambda: print(open("/proc/thread-self/comm").read(), end=""))
thread.start()
thread.join()
