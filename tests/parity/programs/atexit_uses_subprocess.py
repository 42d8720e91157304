import atexit, subprocess
atexit.register(subprocess.run, ["echo", "from a child"])
print("main ends", flush=True)
