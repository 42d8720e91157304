import atexit, os, shelve
shelf = shelve.open("made", writeback=True)
shelf["key"] = [1]
atexit.register(lambda: print(sorted(name for name in os.listdir(".") if name.startswith("made"))))
