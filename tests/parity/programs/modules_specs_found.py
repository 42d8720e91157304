import importlib.util
for name in ("json", "json.decoder", "random", "sys", "os", "_json", "encodings", "missing", "main", "__future__", "numpy"):
    spec = importlib.util.find_spec(name)
    print(name, spec and (spec.name, spec.origin, type(spec.loader).__name__, spec.submodule_search_locations))
