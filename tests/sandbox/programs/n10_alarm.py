#: tries = "N10: the alarm kills, as everywhere"
#: reason = "signal"
#: signal = 14
#: wall_ms_max = 5000
import signal, time
signal.alarm(1)
time.sleep(60)
