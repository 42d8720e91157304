import os, threading
seen = []
def look(): seen.append(os.sched_getaffinity(0) == os.sched_getaffinity(threading.get_native_id()))
thread = threading.Thread(target=look)
thread.start()
thread.join()
print(seen, os.sched_getaffinity(os.getpid()) == os.sched_getaffinity(0))
os.sched_setaffinity(0, os.sched_getaffinity(0))
