#: files = [{name = "helper.py", content = "import __main__\ndef look(): return __main__.value, __main__.__file__\n"}]
import helper
value = 5
print(helper.look())
