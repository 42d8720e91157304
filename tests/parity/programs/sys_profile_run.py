import cProfile
def work(): return [abs(number) for number in range(3)]
profile = cProfile.Profile()
profile.run("work()")
profile.create_stats()
print(sorted(f"{file}:{line}:{name} {entry[0]}" for (file, line, name), entry in profile.stats.items()))
