def function():
    import json as inner
    return inner
class Holder:
    import textwrap
print(function().__name__, Holder.textwrap.__name__, "json" in globals())
