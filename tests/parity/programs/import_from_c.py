import ctypes, sys
api = ctypes.pythonapi
api.PyImport_ImportModule.restype = ctypes.py_object
print(api.PyImport_ImportModule(b"json").__name__, "json.decoder" in sys.modules)
