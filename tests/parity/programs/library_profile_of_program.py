import os, subprocess, sys
print(subprocess.run([sys.executable, "-X", "importtime", "-c", "import json"], capture_output=True, text=True).stderr.count("json") > 0)
