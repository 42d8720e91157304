#: files = [{name = "pack/__init__.py", content = "from .one import value\nprint('init', __path__)\n"}, {name = "pack/one.py", content = "from .deep.two import value\nfrom . import other\n"},
#:          {name = "pack/other.py", content = "print('other', __package__)\n"}, {name = "pack/deep/__init__.py", content = ""}, {name = "pack/deep/two.py", content = "from .. import __name__ as top\nvalue = top\n" }]
import sys, pack
print(pack.value, [name for name in sys.modules if name.startswith("pack")], pack.deep.two.__spec__.parent)
