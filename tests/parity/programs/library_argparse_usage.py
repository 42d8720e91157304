#: exit_code = 2
#: args = ["--nothing"]
import argparse
parser = argparse.ArgumentParser(description="A program.")
parser.add_argument("file")
parser.add_argument("--number", type=int, default=5)
parser.parse_args()
