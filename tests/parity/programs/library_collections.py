import bisect, collections, heapq, itertools, operator
print(collections.Counter("abracadabra").most_common(2), collections.deque(range(5), 3), collections.OrderedDict(a=1), collections.ChainMap({1: 2}), collections.defaultdict(int))
print(heapq.nsmallest(2, [3, 1, 2]), bisect.bisect([1, 2, 3], 2), list(itertools.permutations("abc", 2))[:3], operator.itemgetter(1)("abc"), list(itertools.batched("abc", 2)) if hasattr(itertools, "batched") else "")
