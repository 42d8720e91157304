#: files = [{name = "helper.py", content = "print('imported')\n"}]
import helper, helper
from helper import __name__ as name
print(name)
