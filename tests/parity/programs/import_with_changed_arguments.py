import sys
sys.argv = ["other", "-x"]
import argparse
print(argparse.ArgumentParser().prog)
