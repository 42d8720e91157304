import os, sys
os.mkdir("/box/library")
with open("/box/library/json.py", "w") as file: file.write("where = 'own'")
with open("/box/library/helper.py", "w") as file: file.write("where = 'own'")
sys.path.append("/box/library")
import json, helper
print(json.dumps([1]), helper.where)
