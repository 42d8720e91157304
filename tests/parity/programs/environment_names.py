import os
print(list(os.environ.items()))
print(list(os.environb.items()))
