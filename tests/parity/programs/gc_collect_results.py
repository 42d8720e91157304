import gc
class Cycle: pass
gc.collect()
for _ in range(3):
    cycle = Cycle()
    cycle.me = cycle
del cycle
print(gc.collect(), gc.collect(), gc.garbage)
