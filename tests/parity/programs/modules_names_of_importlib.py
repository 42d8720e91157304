import sys
def show():
    for name in ("_frozen_importlib", "_frozen_importlib_external"):
        module = sys.modules[name]
        print(module.__name__, module.__package__, getattr(module, "__file__", "none"))
show()
import json
show()
import importlib
show()
import inspect, typing
show()
