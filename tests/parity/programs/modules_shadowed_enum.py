#: files = [{name = "enum.py", content = "print('the own enum')\nvalue = 5\n"}]
import enum
print(enum.value)
