import atexit, logging
atexit.register(lambda: print(open("made.log").read()))
logging.basicConfig(filename="made.log", level=logging.INFO)
logging.info("to a file")
