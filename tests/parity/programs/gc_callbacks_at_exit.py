import gc
gc.callbacks.append(lambda phase, information: print(phase, information["generation"], information["collected"]))
class Cycle: pass
cycle = Cycle()
cycle.me = cycle
del cycle
gc.disable()
print("main ends")
