import json, sys, weakref
watched = weakref.ref(json)
main = weakref.ref(sys.modules["__main__"])
class Said:
    def __del__(self): print(watched() is not None, main() is not None)
said = Said()
