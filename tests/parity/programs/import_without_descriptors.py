import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
try:
    import json
    print("imported")
except OSError as error: print(error.strerror)
