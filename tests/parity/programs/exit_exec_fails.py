import os
try:
    os.execv("/nowhere", ["nowhere"])
except OSError as error:
    print(error)
