import threading
def work(): pass
print([threading.Thread().name, threading.Thread(target=work).name, threading.Thread(target=print).name, threading.Thread(name="own").name])
print(threading.Timer(1, work).name)
