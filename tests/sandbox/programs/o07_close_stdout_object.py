#: tries = "O7: close Python's stdout"
#: stdout = "before\n"
import sys
print("before")
sys.stdout.close()
