import os, sys
import urllib
os.mkdir("/box/other")
with open("/box/other/parse.py", "w") as file: file.write("where = 'own'")
urllib.__path__.insert(0, "/box/other")
import urllib.parse
print(urllib.parse.where)
import concurrent
concurrent.__path__ = []
try: import concurrent.futures
except ImportError as error: print(error)
