#: files = [{name = "collections/__init__.py", content = "print('the own collections')\nclass deque: pass\n"}, {name = "collections/part.py", content = "print('part')\n"}]
import collections.part
print(collections.__path__, collections.deque())
