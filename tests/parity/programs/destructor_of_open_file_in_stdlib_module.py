import os, json
json.left_open = open(os.dup(1), "w")
json.left_open.write("written when the file goes\n")
print("main ends")
