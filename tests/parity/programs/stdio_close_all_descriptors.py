#: exit_code = 120
import os
print("lost")
os.closerange(0, 3)
