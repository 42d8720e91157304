import cProfile, pstats, io
def work(): return sum(range(10))
profile = cProfile.Profile()
profile.runcall(work)
stats = pstats.Stats(profile, stream=io.StringIO())
print(sorted((name, calls[0]) for (_, _, name), calls in stats.stats.items()))
