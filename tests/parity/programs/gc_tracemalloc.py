import tracemalloc
print(tracemalloc.is_tracing(), tracemalloc.get_traced_memory())
tracemalloc.start()
kept = [bytes(1000) for _ in range(100)]
print(tracemalloc.get_object_traceback(kept[0]))
tracemalloc.stop()
