#: tries = "C1, C3: spin; the limit is met closely"
#: reason = "time_limit"
#: limits = {cpuTimeMs = 200}
#: cpu_ms_between = [200, 320]
while True:
    pass
