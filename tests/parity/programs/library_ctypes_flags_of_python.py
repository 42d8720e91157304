import ctypes
names = "Debug Verbose Quiet Interactive Inspect Optimize NoSite BytesWarning Frozen IgnoreEnvironment DontWriteBytecode UnbufferedStdio HashRandomization Isolated"
print({name: ctypes.c_int.in_dll(ctypes.pythonapi, f"Py_{name}Flag").value for name in names.split()})
print(ctypes.pythonapi.Py_IsInitialized(), ctypes.pythonapi._Py_IsFinalizing())
for name in ("Py_GetProgramName", "Py_GetProgramFullPath", "Py_GetPath", "Py_GetPrefix", "Py_GetPythonHome"):
    function = getattr(ctypes.pythonapi, name)
    function.restype = ctypes.c_wchar_p
    print(name, function())
