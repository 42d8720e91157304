#: differs = "what the standard library keeps in caches and registries shows modules that were imported ahead"
import weakref, threading, logging, concurrent.futures.thread, multiprocessing.util
print(len(threading._dangling), len(logging._handlers), len(logging._handlerList), logging.root.handlers, logging.root.manager.loggerDict,
      len(concurrent.futures.thread._threads_queues), len(weakref.finalize._registry), len(multiprocessing.util._finalizer_registry))
