import threading
local = threading.local()
local.value = "of main"
seen = []
def look(): seen.append(getattr(local, "value", "absent"))
thread = threading.Thread(target=look)
thread.start()
thread.join()
print(seen, local.value)
