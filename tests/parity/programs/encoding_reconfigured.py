import sys
sys.stdout.reconfigure(encoding="latin-1", errors="replace")
print("naïve ☃")
sys.stdout.reconfigure(encoding="utf-8", newline="\r\n")
print("naïve ☃")
