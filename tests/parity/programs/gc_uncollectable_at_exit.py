import gc
gc.set_debug(gc.DEBUG_UNCOLLECTABLE)
class Cycle: pass
cycle = Cycle()
cycle.me = cycle
gc.garbage.append(cycle)
