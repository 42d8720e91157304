import sys, importlib.abc, importlib.util
class Maker(importlib.abc.Loader, importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == "queue": return importlib.util.spec_from_loader(name, self)
    def exec_module(self, module): module.made = True
sys.meta_path.insert(0, Maker())
import queue
print(queue.made)
