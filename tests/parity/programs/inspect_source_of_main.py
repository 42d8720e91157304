import inspect, sys
print(inspect.getsource(sys.modules["__main__"]))
print(inspect.getmodule(lambda: 1), inspect.getmodulename(__file__), inspect.getsourcelines(sys._getframe())[1])
