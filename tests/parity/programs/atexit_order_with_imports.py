import atexit
atexit.register(print, "registered before the import")
import logging
atexit.register(print, "registered after the import")
class Handler(logging.Handler):
    def emit(self, record): pass
    def flush(self): print("logging ends")
logging.getLogger().addHandler(Handler())
logging.getLogger().handlers[0].flush()
