#: exit_code = 1
import faulthandler, time
faulthandler.dump_traceback_later(0.1, exit=True)
time.sleep(60)
