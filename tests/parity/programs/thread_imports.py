import threading
def work():
    import fractions
    print(fractions.Fraction(2, 4))
threads = [threading.Thread(target=work) for _ in range(3)]
for thread in threads: thread.start()
for thread in threads: thread.join()
