import logging, sys
logging.basicConfig(format="%(message)s", stream=sys.stdout)
record = logging.LogRecord("name", logging.INFO, __file__, 1, "text", (), None)
print(0 <= record.relativeCreated < 5000, record.process == __import__("os").getpid(), record.thread == __import__("threading").get_ident())
