import subprocess
child = subprocess.Popen(["sleep", "60"])
print("main ends", child.poll())
