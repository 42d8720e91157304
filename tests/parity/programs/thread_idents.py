import threading, _thread
main = threading.get_ident()
seen = []
def note(): seen.append(threading.get_ident() not in (0, main))
thread = threading.Thread(target=note)
thread.start()
thread.join()
print(seen, main == _thread.get_ident() == threading.main_thread().ident)
