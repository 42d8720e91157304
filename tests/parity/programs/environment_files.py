import os
print(sorted(os.listdir("/")), sorted(os.listdir("/dev")), sorted(os.listdir("/tmp")), sorted(os.listdir("/dev/shm")))
# Bare runs have the script that starts them too.
print([name for name in sorted(os.listdir(".")) if name != "main.sh"], oct(os.stat("main.py").st_mode), oct(os.stat(".").st_mode))
