#: files = [{name = "helper.py", content = "import fnmatch\nprint(fnmatch.__file__)\n"}, {name = "fnmatch.py", content = "print('the own fnmatch')\n"}]
import helper
import glob
print(glob.fnmatch.__file__)
