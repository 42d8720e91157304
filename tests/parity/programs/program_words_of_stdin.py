#: stdin = "the quick brown fox\njumps over the lazy dog\nthe end\n"
import collections, sys
print(collections.Counter(word for line in sys.stdin for word in line.split()).most_common(2))
