import inspect, threading
thread = threading.Thread(target=lambda: print([frame.function for frame in inspect.stack()]))
thread.start()
thread.join()
