import os, signal, threading, time
def interrupt():
    time.sleep(0.2)
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(0.2)
threading.Thread(target=interrupt).start()
print("main ends")
