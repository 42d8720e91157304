import sys, zipfile
with zipfile.ZipFile("/box/library.zip", "w") as archive: archive.writestr("below/json.py", "where = 'archive'")
sys.path.insert(0, "/box/library.zip/below")
import json
print(json.where)
