# Flushed by its destructor, if by anything.
import os
left_open = open(os.dup(1), "w")
left_open.write("written when the file goes\n")
print("main ends")
