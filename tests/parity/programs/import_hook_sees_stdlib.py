import sys
class Finder:
    def find_spec(self, name, path, target=None):
        print("asked for", name, path and len(path))
sys.meta_path.insert(0, Finder())
import json, textwrap
