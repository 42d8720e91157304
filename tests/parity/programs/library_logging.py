import logging, sys
logging.basicConfig(level=logging.DEBUG, format="%(levelname)s:%(name)s:%(message)s:%(funcName)s:%(lineno)d:%(module)s:%(threadName)s:%(processName)s", stream=sys.stdout)
def function(): logging.getLogger("own.name").info("message %d", 5)
function()
try:
    1 / 0
except ZeroDivisionError:
    logging.exception("failed")
print(logging.getLogger().handlers, logging.getLevelName(15), logging.getLogger("own").getEffectiveLevel())
