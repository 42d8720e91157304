import importlib
with open("helper.py", "w") as made: made.write("value = 5\n")
import helper
with open("helper.py", "w") as made: made.write("value = 'another length'\n")
print(importlib.reload(helper).value)
