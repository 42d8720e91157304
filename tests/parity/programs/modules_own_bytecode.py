#: files = [{name = "helper.py", content = "value = 5\n"}]
import os, helper, importlib.util, py_compile
print(os.listdir("__pycache__"), helper.__cached__)
py_compile.compile("helper.py", cfile="bare.pyc")
os.remove("helper.py")
import bare
print(bare.value)
