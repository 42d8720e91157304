# What was buffered is seen where it comes between what was written at once.
import os
for number in range(40):
    print("x" * 500)
    os.write(1, b"%d\n" % number)
