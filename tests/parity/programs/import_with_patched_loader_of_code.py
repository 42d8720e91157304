import importlib.machinery
importlib.machinery.SourceFileLoader.get_code = lambda self, name: compile(f"print('in place of', {name!r})", "made", "exec")
import textwrap
