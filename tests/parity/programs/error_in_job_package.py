#: exit_code = 1
#: files = [{name = "pack/__init__.py", content = "from . import part\n"},
#:          {name = "pack/part.py", content = "from .. import beyond\n"}]
import pack
