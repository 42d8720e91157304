import random
print(0 <= random.random() < 1, random.random() != random.random(), random.Random().random() != random.Random().random(), len(random.getstate()[1]))
