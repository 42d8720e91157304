import sys
def hook(path):
    print("hook", path)
    raise ImportError
sys.path_hooks.insert(0, hook)
sys.path_importer_cache.clear()
import textwrap
