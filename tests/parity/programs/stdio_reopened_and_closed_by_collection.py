import os, sys
kept = sys.stdout
sys.stdout = os.fdopen(os.dup(1), "w")
print("in the new one")
sys.stdout = kept
print("in the old one")
