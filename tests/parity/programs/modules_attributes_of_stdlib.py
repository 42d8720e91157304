import json, os, random, sys, re, collections, importlib.util
for module in (json, json.decoder, os, random, sys, re, collections):
    spec = module.__spec__
    print(module.__name__, getattr(module, "__file__", "absent"), getattr(module, "__cached__", "absent"), module.__package__,
          type(module.__loader__).__name__, spec.origin, spec.cached, spec.has_location, spec.parent)
    print([name for name in vars(module) if name.startswith("__")], getattr(module, "__path__", "absent"), getattr(spec, "_initializing", "absent"))
