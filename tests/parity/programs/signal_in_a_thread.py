import signal, threading
def try_it():
    try:
        signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    except ValueError as error:
        print(error)
thread = threading.Thread(target=try_it)
thread.start()
thread.join()
