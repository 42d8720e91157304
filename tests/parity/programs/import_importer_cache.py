#: differs = "modules that were imported ahead come without the steps of an import: no events, no finders made, no depth of recursion, nothing of what the program has put in the place of functions they took"
import sys
for path, finder in sys.path_importer_cache.items(): print(path, type(finder).__name__)
import json
print(list(sys.path_importer_cache))
