import importlib.util, sys
spec = importlib.util.find_spec("textwrap")
spec.loader = importlib.util.LazyLoader(spec.loader)
module = importlib.util.module_from_spec(spec)
sys.modules["textwrap"] = module
spec.loader.exec_module(module)
print(type(module).__name__)
import textwrap
print(textwrap.dedent("  x"), type(module).__name__)
