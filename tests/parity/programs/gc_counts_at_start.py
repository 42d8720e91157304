import gc
print(gc.get_count(), gc.get_stats())
