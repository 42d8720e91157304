import importlib._bootstrap as bootstrap
import importlib._bootstrap_external as external
found = bootstrap._find_spec
def find(name, *rest):
    print("find", name)
    return found(name, *rest)
bootstrap._find_spec = find
import colorsys
executed = external._LoaderBasics.exec_module
external._LoaderBasics.exec_module = lambda self, module: (print("execute", module.__name__), executed(self, module))[1]
import heapq
