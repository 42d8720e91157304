import subprocess, sys
print(subprocess.run([sys.executable, "-c", "import sys; print(sys.flags, sys.argv, sys.path, sys.orig_argv)", "argument"],
                     capture_output=True, text=True).stdout)
