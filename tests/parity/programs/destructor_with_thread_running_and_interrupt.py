#: signal = 2
import threading, time
class Said:
    def __del__(self): print("gone")
said = Said()
threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
raise KeyboardInterrupt
