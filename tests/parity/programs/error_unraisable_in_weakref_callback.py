import weakref
class Watched: pass
def fail(_): raise ValueError("in a callback")
watched = Watched()
reference = weakref.ref(watched, fail)
del watched
print("main goes on")
