class Said:
    def __del__(self): print(type(self).__name__, __name__, type(self).__module__, globals().get("__file__", "absent"))
said = Said()
kept = [said]
def function(): pass
