#: differs = "what the standard library keeps in caches and registries shows modules that were imported ahead"
# What other modules leave in the caches of these when they are imported.
import re, fnmatch, linecache, functools, copyreg, struct, ast
print(len(re._cache), fnmatch._compile_pattern.cache_info(), len(linecache.cache), len(copyreg.dispatch_table))
print(sorted(repr((pattern, int(flags))) for _, pattern, flags in re._cache))
