import atexit, weakref
class Watched: pass
kept = [Watched() for _ in range(4)]
atexit.register(print, "registered before")
for number, watched in enumerate(kept):
    weakref.finalize(watched, print, "finalized", number)
atexit.register(print, "registered after")
