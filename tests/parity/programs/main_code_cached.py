#: files = [{name = "helper.py", content = "value = 1\n"}]
# Nothing is cached of the main file, and of modules it is.
import os, helper
print(sorted(os.listdir("__pycache__")), os.path.exists("__pycache__/main.cpython-311.pyc"))
