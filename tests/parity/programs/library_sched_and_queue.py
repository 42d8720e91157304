import queue, sched, time
scheduler = sched.scheduler(time.monotonic, time.sleep)
for delay, text in ((0.02, "second"), (0.01, "first")): scheduler.enter(delay, 1, print, (text,))
scheduler.run()
lines = queue.PriorityQueue()
for number in (3, 1, 2): lines.put(number)
print([lines.get() for _ in range(3)])
