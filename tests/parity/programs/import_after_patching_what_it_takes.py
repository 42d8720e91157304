#: differs = "modules that were imported ahead come without the steps of an import: no events, no finders made, no depth of recursion, nothing of what the program has put in the place of functions they took"
# What a module takes from another at its import is what is there then.
import functools, time
time.monotonic = lambda: "patched"
functools.lru_cache = lambda *_, **__: lambda function: function
import threading, fnmatch
print(threading._time(), hasattr(fnmatch._compile_pattern, "cache_info"))
