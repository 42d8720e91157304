#: stdin = "text"
import subprocess
child = subprocess.Popen(["cat"], stdout=subprocess.PIPE)
print(child.stdout.read())
