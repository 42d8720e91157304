import logging
class Handler(logging.Handler):
    def emit(self, record): print("emits", record.getMessage())
    def flush(self): print("flushes")
    def close(self):
        print("closes")
        super().close()
    def __del__(self): print("gone")
logging.getLogger().addHandler(Handler())
logging.warning("main ends")
