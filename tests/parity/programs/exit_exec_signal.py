#: signal = 15
import os
os.execv("/bin/sh", ["sh", "-c", "kill -TERM $$"])
