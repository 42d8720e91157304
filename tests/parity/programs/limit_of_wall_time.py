#: reason = "wall_time_limit"
#: limits = {wallTimeMs = 300}
import time
print("flushed", flush=True)
time.sleep(60)
