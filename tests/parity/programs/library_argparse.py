#: args = ["-n", "7", "one", "two"]
import argparse
parser = argparse.ArgumentParser()
parser.add_argument("file", nargs="*")
parser.add_argument("-n", type=int)
print(parser.parse_args(), parser.prog)
