import atexit, weakref
atexit.register(print, "registered first")
class Watched: pass
watched = Watched()
weakref.finalize(watched, print, "finalizer")
from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor(1)
pool.submit(print, "worker")
import multiprocessing.util
multiprocessing.util.Finalize(None, print, ("multiprocessing",), exitpriority=5)
atexit.register(print, "registered last")
