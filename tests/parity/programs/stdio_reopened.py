import sys
sys.stdout = open(1, "w", encoding="ascii", errors="replace", closefd=False)
print("naïve")
sys.__stdout__.write("the old one\n")
