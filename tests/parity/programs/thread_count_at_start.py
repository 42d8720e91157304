import os, threading, _thread
print(threading.active_count(), [thread.name for thread in threading.enumerate()], _thread._count())
print(len(os.listdir("/proc/self/task")))
