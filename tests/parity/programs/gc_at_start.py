#: differs = "what was there before the program is frozen, so the collector counts otherwise"
import gc
print(gc.isenabled(), gc.get_threshold(), gc.get_debug(), gc.garbage, gc.callbacks, gc.get_freeze_count())
