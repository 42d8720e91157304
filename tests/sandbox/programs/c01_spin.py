#: tries = "C1, C3: spin; the limit is met closely"
#: reason = "time_limit"
#: limits = {cpuTimeMs = 200}
#: cpu_ms_between = [200, 320]
#: [unprivileged]
#: reason = "time_limit"
#: cpu_ms_between = [1000, 3000]  # RLIMIT_CPU: a backstop in whole seconds
while True:
    pass
