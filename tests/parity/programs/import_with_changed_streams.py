import io, sys
kept = sys.stdout, sys.stderr
sys.stdout, sys.stderr = io.StringIO(), io.StringIO()
import logging, argparse, traceback, pprint, unittest
logging.warning("to the new one")
text = sys.stderr.getvalue()
sys.stdout, sys.stderr = kept
print(text)
