import signal, threading
print(signal.pthread_sigmask(signal.SIG_BLOCK, []), signal.sigpending())
seen = []
thread = threading.Thread(target=lambda: seen.append(signal.pthread_sigmask(signal.SIG_BLOCK, [])))
thread.start()
thread.join()
print(seen)
