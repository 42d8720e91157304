import os, threading
seen = []
def note(): seen.append((threading.get_native_id() != os.getpid(), threading.get_native_id() == threading.current_thread().native_id))
for _ in range(3):
    thread = threading.Thread(target=note)
    thread.start()
    thread.join()
print(seen)
print(int(os.readlink("/proc/thread-self").split("/")[-1]) == threading.get_native_id())
