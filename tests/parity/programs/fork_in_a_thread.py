import os, threading
def work():
    child = os.fork()
    if child == 0:
        print("child", threading.current_thread() is threading.main_thread(), threading.active_count(), flush=True)
        return
    print("status", os.waitpid(child, 0)[1], flush=True)
thread = threading.Thread(target=work)
thread.start()
thread.join()
print("main ends")
