#: tries = "C8: sleep at exit"
#: reason = "wall_time_limit"
#: limits = {wallTimeMs = 500}
import atexit, time
atexit.register(lambda: time.sleep(1e9))
