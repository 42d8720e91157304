import os, sys
os.mkdir("below")
with open("below/fnmatch.py", "w") as made: made.write("print('the own one')\n")
sys.path[0] = ""
os.chdir("below")
import fnmatch
print(fnmatch.__file__)
