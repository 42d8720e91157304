# With a daemon thread there is another way out.
import json, threading, time
class Said:
    def __init__(self, text): self.text = text
    def __del__(self): print(self.text)
in_main = Said("in main")
json.kept = Said("in an imported module")
cycle = Said("in a cycle")
cycle.me = cycle
threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
print("main ends")
