import subprocess, sys
print(subprocess.run([sys.executable, "-"], input="print(__name__)\n1 / 0\n", capture_output=True, text=True))
