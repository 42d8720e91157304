import os
os.set_blocking(1, False)
print("main ends", os.get_blocking(0))
