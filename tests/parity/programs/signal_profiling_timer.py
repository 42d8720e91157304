import signal
hits = []
signal.signal(signal.SIGPROF, lambda *_: hits.append(1))
signal.setitimer(signal.ITIMER_PROF, 0.01, 0.01)
while len(hits) < 3: pass
signal.setitimer(signal.ITIMER_PROF, 0)
print("three hits")
