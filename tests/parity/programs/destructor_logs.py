import logging
logging.basicConfig(format="%(levelname)s %(message)s")
class Said:
    def __del__(self): logging.warning("gone")
said = Said()
