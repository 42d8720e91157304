import threading
class Worker(threading.Thread):
    def run(self):
        self.step({"key": None})
    def step(self, mapping):
        return mapping["key"].attribute + 1
worker = Worker()
worker.start()
worker.join()
