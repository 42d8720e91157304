import linecache
print(len(linecache.cache), linecache.getline(__file__, 1), list(linecache.cache))
