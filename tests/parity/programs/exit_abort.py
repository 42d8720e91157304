#: signal = 6
import os
print("lost in the buffer")
os.abort()
