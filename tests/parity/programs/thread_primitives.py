import queue, threading
barrier, semaphore, condition = threading.Barrier(3), threading.Semaphore(2), threading.Condition()
lines = queue.Queue()
def work():
    barrier.wait()
    with semaphore: lines.put("through")
threads = [threading.Thread(target=work) for _ in range(3)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print([lines.get() for _ in threads], lines.empty(), barrier.n_waiting)
with condition: print(condition.wait(0.01))
