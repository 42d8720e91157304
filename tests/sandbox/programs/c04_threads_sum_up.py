#: tries = "C4: cpu time of threads is summed"
#: reason = "time_limit"
#: limits = {cpuTimeMs = 400}
#: cpu_ms_between = [400, 560]
#: [unprivileged]
#: reason = "time_limit"
#: cpu_ms_between = [1000, 3000]
import hashlib, threading
def work():
    while True:
        hashlib.pbkdf2_hmac("sha256", b"a", b"b", 100000)
for _ in range(4):
    threading.Thread(target=work).start()
