import atexit
def first():
    print("first")
    atexit.register(print, "registered while they run")
atexit.register(print, "registered before")
atexit.register(first)
