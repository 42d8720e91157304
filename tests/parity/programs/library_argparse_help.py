#: args = ["--help"]
import argparse
parser = argparse.ArgumentParser(description="A program.", epilog="The end.")
parser.add_argument("file", nargs="*")
parser.add_argument("-n", "--number", type=int, default=5, help="a number, %(default)s")
parser.add_argument("--version", action="version", version="%(prog)s 1.0")
parser.parse_args()
