import faulthandler, sys
def deep(): faulthandler.dump_traceback(sys.stdout, all_threads=True)
def outer(): deep()
outer()
