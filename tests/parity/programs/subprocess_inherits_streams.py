#: stdin = "for the child\n"
import subprocess, sys
print("buffered, so it comes last")
subprocess.run(["cat"])
subprocess.run(["sh", "-c", "echo to stderr >&2"])
