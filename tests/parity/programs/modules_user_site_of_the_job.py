#: files = [{name = ".local/lib/python3.11/site-packages/usercustomize.py", content = "print('customized')\n"},
#:          {name = ".local/lib/python3.11/site-packages/own.py", content = "value = 5\n"},
#:          {name = ".local/lib/python3.11/site-packages/own.pth", content = "import sys; sys.added = 1\n"}]
import own, sys
print(own.value, sys.path, sys.added)
