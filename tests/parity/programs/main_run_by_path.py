#: files = [{name = "other.py", content = "import sys\nprint(__name__, __file__, __package__, __spec__, __loader__, sys.argv, sys.modules['__main__'].__dict__ is globals())\nvalue = 5\n"}]
import runpy
print(runpy.run_path("other.py", init_globals={"given": 1}, run_name="run").get("value"))
print(runpy.run_path("other.py", run_name="__main__")["value"])
