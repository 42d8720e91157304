#: differs = "what was there before the program is frozen, so the collector counts otherwise"
import gc
seen = []
gc.callbacks.append(lambda phase, information: phase == "start" and seen.append(information["generation"]))
kept = []
for number in range(100000): kept.append([number])
print(len(seen), seen[:30])
