#: files = [{name = "space/one.py", content = "value = 1\n"}]
import sys, space.one
print(space, space.__path__, space.__spec__.loader, space.__file__, space.one.value)
