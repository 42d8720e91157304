import inspect, os
def function(): return 1
os.chdir("/tmp")
print(inspect.getsource(function))
