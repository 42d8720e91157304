import os, sys
path = os.fsdecode(b"/box/d\xff")
os.mkdir(path)
with open(path + "/json.py", "w") as file: file.write("where = 'own'")
sys.path.insert(0, path)
import json
print(json.where)
