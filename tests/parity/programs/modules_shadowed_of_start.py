#: files = [{name = "os.py", content = "print('never')\n"}, {name = "abc.py", content = "print('never')\n"}, {name = "io.py", content = "print('never')\n"},
#:          {name = "site.py", content = "print('never')\n"}, {name = "codecs.py", content = "print('never')\n"}, {name = "sys.py", content = "print('never')\n"},
#:          {name = "time.py", content = "print('never')\n"}, {name = "math.py", content = "print('own math')\n"}, {name = "itertools.py", content = "print('never')\n"}]
# Those that are loaded before the program begins win.
import os, abc, io, site, codecs, sys, time, itertools, math
print(os.__name__, hasattr(math, "pi"))
