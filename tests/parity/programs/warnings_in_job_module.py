#: files = [{name = "helper.py", content = """
#: import warnings
#: def old(): warnings.warn("old", DeprecationWarning, stacklevel=2)
#: def own(): warnings.warn("own", DeprecationWarning)
#: """}]
import helper
helper.old()
helper.own()
