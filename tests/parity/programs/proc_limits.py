#: differs_for_user = "without control groups private memory is bounded with RLIMIT_DATA, beside what the warm parent has"
print(open("/proc/self/limits").read())
