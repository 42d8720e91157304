#: differs = "modules that were imported ahead come without the steps of an import: no events, no finders made, no depth of recursion, nothing of what the program has put in the place of functions they took"
#: limits = {cpuTimeMs = 30000, wallTimeMs = 60000}
# Each in a child of its own, so that none has what another brought.
import os, sys
if False:
    import json, re, collections, random, math, datetime, itertools, functools, heapq, bisect, string, operator, typing, dataclasses
names = """json re collections random math datetime itertools functools heapq bisect string operator typing dataclasses enum copy
decimal fractions statistics time io contextlib collections.abc abc threading queue textwrap pprint struct array hashlib base64 pathlib
tempfile subprocess signal traceback warnings logging inspect unicodedata calendar csv argparse numbers types weakref secrets uuid zlib
shutil glob fnmatch locale codecs asyncio unittest multiprocessing concurrent.futures xml.etree.ElementTree urllib.request http.client
email.message sqlite3 ctypes socket ssl select platform configparser zipfile pickle shelve html difflib graphlib zoneinfo
importlib.util importlib.resources importlib.metadata pkgutil runpy linecache tokenize ast dis gc atexit copyreg keyword token""".split()
for name in names:
    child = os.fork()
    if child == 0:
        import atexit
        before, paths, functions = set(sys.modules), set(sys.path_importer_cache), atexit._ncallbacks()
        __import__(name)
        print(name, [added for added in sys.modules if added not in before], [path for path in sys.path_importer_cache if path not in paths],
              atexit._ncallbacks() - functions, flush=True)
        os._exit(0)
    os.waitpid(child, 0)
