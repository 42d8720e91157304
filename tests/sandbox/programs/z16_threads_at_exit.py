#: tries = "Z16: a daemon thread that sleeps is not waited for, another is"
#: stdout = "main\nwaited for\n"
#: wall_ms_max = 5000
import threading, time
threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
def later():
    time.sleep(0.2)
    print("waited for")
threading.Thread(target=later).start()
print("main")
