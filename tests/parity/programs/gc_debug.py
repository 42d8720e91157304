import gc
gc.collect()
gc.set_debug(gc.DEBUG_SAVEALL)
class Cycle:
    def __repr__(self): return "<Cycle>"
cycle = Cycle()
cycle.me = cycle
del cycle
gc.collect()
print([one for one in gc.garbage if isinstance(one, Cycle)])
