import os, re, sys, warnings
warnings.simplefilter("always")
# Its address is not the same twice.
warnings.showwarning = lambda message, *rest: sys.__stdout__.write(re.sub("0x[0-9a-f]+", "", str(message)) + "\n")
entries = os.scandir("/usr")
next(entries)
