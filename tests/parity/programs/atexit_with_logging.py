import atexit, logging, sys
logging.basicConfig(stream=sys.stdout, format="%(levelname)s %(name)s %(message)s")
atexit.register(logging.error, "logged in an exit function")
logging.warning("main ends")
