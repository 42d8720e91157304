#: args = ["one", "two words", "", "--option=value"]
import sys
print(sys.argv, sys.orig_argv)
