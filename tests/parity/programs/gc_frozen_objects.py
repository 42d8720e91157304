#: differs = "what was there before the program is frozen, so the collector counts otherwise"
import gc
print(gc.get_freeze_count())
gc.freeze()
print(gc.get_freeze_count() > 0)
gc.unfreeze()
print(gc.get_freeze_count())
