import weakref
class Watched: pass
watched = Watched()
weakref.finalize(watched, print, "finalized at exit")
other = Watched()
weakref.finalize(other, print, "finalized when it goes")
del other
not_at_exit = Watched()
weakref.finalize(not_at_exit, print, "not at exit").atexit = False
print("main ends")
