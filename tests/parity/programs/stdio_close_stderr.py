import sys
sys.stderr.close()
print("main ends")
