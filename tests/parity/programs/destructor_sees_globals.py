import json
value = "a value"
def function(): return 1
class Said:
    def __del__(self):
        print(type(globals().get("json")).__name__, globals().get("value"), type(globals().get("function")).__name__)
        print(sorted(name for name, value in globals().items() if value is None))
first = Said()
value2 = 2
cycle = Said()
cycle.itself = cycle
