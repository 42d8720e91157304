import atexit, sys
value = "still here"
def look():
    main = sys.modules["__main__"]
    print(value, main.value, main.__name__, sys.argv, sys.is_finalizing())
    print(sorted(name for name in vars(main) if name.startswith("__")))
atexit.register(look)
