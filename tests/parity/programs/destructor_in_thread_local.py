import threading
class Said:
    def __init__(self, text): self.text = text
    def __del__(self): print(self.text)
local = threading.local()
local.said = Said("of the main thread")
def function(): local.said = Said("of a thread")
thread = threading.Thread(target=function)
thread.start()
thread.join()
print("main ends")
