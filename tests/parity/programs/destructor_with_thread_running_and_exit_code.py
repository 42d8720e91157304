#: exit_code = 9
import sys, threading, time
class Said:
    def __del__(self): print("gone")
said = Said()
threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
sys.exit(9)
