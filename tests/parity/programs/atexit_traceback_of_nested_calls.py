import atexit
def outer(): inner()
def inner(): raise RuntimeError("deep") from ValueError("cause")
atexit.register(outer)
