#: tries = "P14: ignore all signals and spin"
#: reason = "time_limit"
#: limits = {cpuTimeMs = 300}
import signal
for number in range(1, 65):
    if number not in (9, 19, 32, 33):
        signal.signal(number, signal.SIG_IGN)
while True:
    pass
