import json, threading
class Said:
    def __del__(self): print("gone")
class Encoder(json.JSONEncoder): kept = Said()
class Thread(threading.Thread): kept = Said()
print("main ends")
