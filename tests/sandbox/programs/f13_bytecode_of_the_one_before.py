#: tries = "F13: start with what the one before left for Python to find"
#: after = "f13_bytecode_for_the_next.py"
#: stdout = "{\"a\": 1} [] False\n"
import json, os, site
print(json.dumps({"a": 1}), os.listdir("/tmp") + os.listdir("/dev/shm"), os.path.exists(site.getusersitepackages()))
