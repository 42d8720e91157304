import logging
class Quiet(logging.Handler):
    def emit(self, record): pass
logging.getLogger().addHandler(Quiet())
left_open = open(1, "w", closefd=False)
left_open.write("written at the end\n")
