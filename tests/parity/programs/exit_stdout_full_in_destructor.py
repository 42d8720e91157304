# After the last flush that could fail.
import os
class Said:
    def __del__(self): print("does not fit")
said = Said()
os.dup2(os.open("/dev/full", os.O_WRONLY), 1)
