import atexit
atexit.register(print, "kept")
atexit.register(len, "dropped")
atexit.unregister(len)
print(atexit._ncallbacks())
atexit._clear()
atexit.register(print, "registered after clearing", 1)
