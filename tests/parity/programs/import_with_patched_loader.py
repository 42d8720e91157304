import importlib.machinery
ran = []
original = importlib.machinery.SourceFileLoader.exec_module
def exec_module(self, module):
    ran.append(module.__name__)
    return original(self, module)
importlib.machinery.SourceFileLoader.exec_module = exec_module
import textwrap, queue
print(ran)
