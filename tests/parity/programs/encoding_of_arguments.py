#: args = ["naïve", "☃", "", " spaces ", "-x", "--", "line\nfeed", "tab\t'\"\\"]
import os, sys
print(sys.argv)
print([os.fsencode(argument) for argument in sys.argv])
