import sys
for name in ("path_hooks", "meta_path", "path_importer_cache"): delattr(sys, name)
class Said:
    def __del__(self): print("gone")
said = Said()
print("main ends")
