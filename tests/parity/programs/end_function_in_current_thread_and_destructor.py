import threading
class Said:
    def __del__(self): print("gone")
threading.current_thread().job = lambda: said
said = Said()
