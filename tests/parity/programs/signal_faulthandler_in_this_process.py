#: signal = 11
import ctypes, faulthandler
faulthandler.enable()
def deep(): ctypes.string_at(0)
def outer(): deep()
outer()
