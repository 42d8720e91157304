import logging, logging.handlers, sys
target = logging.StreamHandler(sys.stdout)
logging.getLogger().addHandler(logging.handlers.MemoryHandler(100, flushLevel=logging.CRITICAL, target=target))
logging.warning("flushed at exit")
print("main ends")
