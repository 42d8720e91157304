#: limits = {processes = 10}
import threading
stop = threading.Event()
started = 0
try:
    while True:
        threading.Thread(target=stop.wait).start()
        started += 1
except RuntimeError as error:
    print(error)
stop.set()
