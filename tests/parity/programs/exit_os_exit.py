#: exit_code = 5
import atexit, os
class Said:
    def __del__(self): print("never")
said = Said()
atexit.register(print, "never")
os.write(1, b"written at once\n")
print("lost in the buffer")
os._exit(5)
