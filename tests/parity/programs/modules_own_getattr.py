#: files = [{name = "helper.py", content = "def __getattr__(name): return 'made ' + name\ndef __dir__(): return ['listed']\n"}]
import helper
from helper import anything
print(helper.other, anything, dir(helper))
