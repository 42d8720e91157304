#: stdin = "{\"a\": [1]}"
import runpy, sys
sys.argv = ["json.tool"]
runpy.run_module("json.tool", run_name="__main__")
