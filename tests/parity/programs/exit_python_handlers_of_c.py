#: signal = 6
# Py_AtExit runs its functions last of all that Python does.
import ctypes
libc = ctypes.CDLL(None)
print(ctypes.pythonapi.Py_AtExit(libc.abort) == 0)
class Said:
    def __del__(self): print("destructor")
said = Said()
