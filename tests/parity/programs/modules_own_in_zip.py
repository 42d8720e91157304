import sys, zipfile
with zipfile.ZipFile("made.zip", "w") as made: made.writestr("inside.py", "value = 5\n")
sys.path.insert(0, "made.zip")
import inside
print(inside.value, inside.__file__)
