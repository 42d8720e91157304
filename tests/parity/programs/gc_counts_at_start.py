#: differs = "what was there before the program is frozen, so the collector counts otherwise"
import gc
print(gc.get_count(), gc.get_stats())
