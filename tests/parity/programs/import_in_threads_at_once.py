import sys, threading
barrier = threading.Barrier(4)
seen = []
def work():
    barrier.wait()
    import decimal
    seen.append(decimal.Decimal("1.5") + 1)
threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(seen)
