#: differs = "modules that were imported ahead come without the steps of an import: no events, no finders made, no depth of recursion, nothing of what the program has put in the place of functions they took"
import sys
sys.path_importer_cache.clear()
import json, random
print(list(sys.path_importer_cache))
