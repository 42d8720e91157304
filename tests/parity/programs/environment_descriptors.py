import os, socket
print(sorted(os.listdir("/proc/self/fd"), key=int))
print(open("main.py").fileno(), os.pipe(), socket.socket().fileno())
