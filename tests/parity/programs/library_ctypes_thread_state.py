import ctypes, sys
api = ctypes.pythonapi
api.PyThreadState_Get.restype = api.PyInterpreterState_Main.restype = ctypes.c_void_p
api.PyThreadState_GetID.restype = ctypes.c_uint64
print(api.PyThreadState_GetID(ctypes.c_void_p(api.PyThreadState_Get())), api.PyGILState_Check())
