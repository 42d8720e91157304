# What a module takes from another at its import is what is there then.
import functools, time
time.monotonic = lambda: "patched"
functools.lru_cache = lambda *_, **__: lambda function: function
import threading, fnmatch
print(threading._time(), hasattr(fnmatch._compile_pattern, "cache_info"))
