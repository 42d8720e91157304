import importlib, importlib._bootstrap as bootstrap, _frozen_importlib, sys
print(bootstrap is _frozen_importlib, bootstrap._find_and_load.__name__, bootstrap._find_and_load.__qualname__, bootstrap._find_and_load.__module__)
print(sorted(vars(bootstrap)) == sorted(vars(_frozen_importlib)), sorted(name for name in vars(bootstrap) if not name.startswith("__")))
