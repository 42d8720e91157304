#: reason = "time_limit"
#: limits = {cpuTimeMs = 300}
print("flushed", flush=True)
while True: pass
