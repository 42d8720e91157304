import logging, sys
logging.basicConfig(stream=sys.stderr, format="%(message)s")
logging.warning("%d", "not a number")
