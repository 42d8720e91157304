import signal, threading
print(threading.current_thread() is threading.main_thread())
signal.signal(signal.SIGUSR1, lambda *_: print("handled in", threading.current_thread().name))
ready, done = threading.Event(), threading.Event()
def wait():
    ready.set()
    done.wait()
thread = threading.Thread(target=wait)
thread.start()
ready.wait()
signal.pthread_kill(thread.ident, signal.SIGUSR1)
done.set()
thread.join()
signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)
