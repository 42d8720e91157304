#: tries = "G9: threads and processes are counted together, to the last one"
#: limits = {processes = 10}
#: stdout = "9\n"
import os, threading
stop = threading.Event()
made = 0
try:
    while True:
        if made % 2:
            threading.Thread(target=stop.wait).start()
        elif os.fork() == 0:
            import signal
            signal.pause()
        made += 1
except (OSError, RuntimeError):
    pass
print(made, flush=True)
os._exit(0)
