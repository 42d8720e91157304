import sys
print([getattr(finder, "__name__", type(finder).__name__) for finder in sys.meta_path])
print([getattr(hook, "__qualname__", repr(hook)) for hook in sys.path_hooks])
