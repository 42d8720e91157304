import functools, heapq
@functools.total_ordering
class Item:
    def __init__(self, key): self.key = key
    def __lt__(self, other): return self.key < other.key
    def __eq__(self, other): return self.key == other.key
heap = [Item(number) for number in (3, 1, 2)]
heapq.heapify(heap)
print([heapq.heappop(heap).key for _ in range(3)])
