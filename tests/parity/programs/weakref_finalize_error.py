import weakref
class Watched: pass
def fail(): raise ValueError("in a finalizer")
watched = Watched()
weakref.finalize(watched, print, "runs all the same")
weakref.finalize(watched, fail)
