#: differs = "what a program has hung below the names of the standard library's own modules is not destroyed at the exit"
import sys
class Said:
    def find_spec(self, *args): return None
    def __del__(self): print("gone")
sys.meta_path.append(Said())
sys.path_importer_cache["/nowhere"] = Said()
sys.path.append(Said())
print("main ends")
