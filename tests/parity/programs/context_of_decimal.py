import decimal, threading
print(decimal.getcontext(), decimal.DefaultContext, decimal.Decimal(1) / 3)
decimal.getcontext().prec = 5
seen = []
thread = threading.Thread(target=lambda: seen.append(decimal.getcontext().prec))
thread.start()
thread.join()
print(decimal.Decimal(1) / 3, seen)
