#: exit_code = 120
import os
print("lost")
os.close(1)
