import pathlib
import sys

# The server and its client are the end-to-end tests' own.
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
