#: limits = {processes = 10}
import os, time
children = []
try:
    while True:
        child = os.fork()
        if child == 0:
            time.sleep(60)
            os._exit(0)
        children.append(child)
except BlockingIOError as error:
    print(error)
for child in children: os.kill(child, 9)
