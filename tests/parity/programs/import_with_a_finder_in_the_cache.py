import importlib.machinery, os, sys
os.mkdir("/box/other")
with open("/box/other/json.py", "w") as file: file.write("where = 'own'")
loaders = (importlib.machinery.SourceFileLoader, [".py"])
class Finder:
    def find_spec(self, name, target=None): return importlib.machinery.FileFinder("/box/other", loaders).find_spec(name)
sys.path_importer_cache["/usr/lib/python3.11"] = Finder()
import json
print(json.where)
