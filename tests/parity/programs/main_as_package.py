#: files = [{name = "pack/__init__.py", content = "print('init', __name__)\n"},
#:          {name = "pack/__main__.py", content = "from . import part\nimport sys\nprint(__name__, __package__, __spec__.name, __file__, sys.argv)\n"},
#:          {name = "pack/part.py", content = "print('part', __name__)\n"}]
#: args = ["one"]
import runpy
runpy.run_module("pack", run_name="__main__", alter_sys=True)
