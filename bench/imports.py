import collections
import datetime
import functools
import heapq
import itertools
import json
import math
import random
import re

print(json.dumps({"words": re.findall(r"\w+", "many hands")}))
print(collections.Counter("banana").most_common(1), random.Random(1).randrange(1000), math.isqrt(99))
print(datetime.date(2024, 2, 28) + datetime.timedelta(days=1), list(itertools.accumulate(range(5))))
print(functools.reduce(lambda a, b: a * b, range(1, 6)), heapq.nsmallest(2, [5, 1, 4]))
