import pathlib
import sys

# The server's client and the hostile programs are those of the other suites.
for suite in ("e2e", "sandbox"):
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / suite))
