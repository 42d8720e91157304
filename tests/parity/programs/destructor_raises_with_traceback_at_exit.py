# Source lines are shown while the modules that read them still work.
import json
class Fails:
    def __del__(self):
        self.deeper()
    def deeper(self):
        raise LookupError("deep in a destructor")
    def __repr__(self): return "<Fails>"
json.kept = Fails()
in_main = Fails()
