#: tries = "P3: threads until nothing more is had"
#: reason = ["runtime_error", "wall_time_limit"]
#: stderr_has = "can't start new thread"
#: limits = {wallTimeMs = 5000}
import os, threading, time
try:
    for _ in range(10**6):
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
except RuntimeError as error:
    os.write(2, str(error).encode())
    os._exit(1)
