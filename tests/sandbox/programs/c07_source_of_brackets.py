#: tries = "C7: a literal of megabytes costs the program, not the service"
#: reason = "time_limit"
#: limits = {cpuTimeMs = 300}
#: [unprivileged]
#: reason = "time_limit"
while True:
    compile("[" + "1," * 10**5 + "]", "x", "exec")
