import os, sys
sys.stdout.reconfigure(line_buffering=True)
print("part", end="")
os.write(1, b"[1]")
print(" and line")
os.write(1, b"[2]\n")
