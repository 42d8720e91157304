import sys
class Finder:
    def find_spec(self, name, path, target=None): print("asked for", name)
sys.meta_path.append(Finder())
import json
try:
    import missing
except ImportError as error:
    print(error)
