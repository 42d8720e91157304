import sys
sys.modules = dict(sys.modules)
import textwrap
print("textwrap" in sys.modules, textwrap.dedent("  x"))
