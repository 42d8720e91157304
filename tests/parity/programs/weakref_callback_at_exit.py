import weakref
class Watched: pass
watched = Watched()
reference = weakref.ref(watched, lambda _: print("called back at exit"))
other = Watched()
other_reference = weakref.ref(other, lambda _: print("called back when it went"))
del other
in_cycle = Watched()
in_cycle.itself = in_cycle
cycle_reference = weakref.ref(in_cycle, lambda _: print("called back for a cycle"))
print("main ends")
