import random
random.seed(42)
print([random.random() for _ in range(3)], random.randint(1, 100), random.sample(range(100), 5), random.gauss(0, 1), random.choices("abc", k=4))
print(random.Random("text").random(), random.Random(1.5).getrandbits(70))
