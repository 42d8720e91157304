import signal, time
rung = []
signal.signal(signal.SIGALRM, lambda *_: rung.append(1))
print(signal.alarm(60), signal.alarm(0) > 50)
signal.setitimer(signal.ITIMER_REAL, 0.05)
while not rung: time.sleep(0.01)
print(rung, signal.getitimer(signal.ITIMER_REAL))
