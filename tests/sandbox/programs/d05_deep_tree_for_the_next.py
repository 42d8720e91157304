#: tries = "D5: nothing is left of the one before's tree, and a new one can be made"
#: after = "d05_deep_tree.py"
#: stdout = "['attack.py', 'main.py'] 1000\n"
import os
found = sorted(name for name in os.listdir("/box") if name != "__pycache__")
depth = 0
while depth < 1000:
    os.mkdir("a" * 200)
    os.chdir("a" * 200)
    depth += 1
print(found, depth)
