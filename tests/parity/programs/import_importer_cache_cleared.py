import sys
sys.path_importer_cache.clear()
import json, random
print(list(sys.path_importer_cache))
