import sys
class Said:
    def find_spec(self, *args): return None
    def __del__(self): print("gone")
sys.meta_path.append(Said())
sys.path_importer_cache["/nowhere"] = Said()
sys.path.append(Said())
print("main ends")
