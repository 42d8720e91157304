#: files = [{name = "helper.py", content = "import fractions\nraise ValueError\n"}]
import sys
try:
    import helper
except ValueError:
    pass
print("helper" in sys.modules, "fractions" in sys.modules)
