import os, threading
stop = threading.Event()
thread = threading.Thread(target=stop.wait)
thread.start()
child = os.fork()
if child == 0:
    print("child", threading.active_count(), thread.is_alive(), flush=True)
    os._exit(0)
os.waitpid(child, 0)
print("parent", threading.active_count(), thread.is_alive())
stop.set()
