#: tries = "M10: recurse until the C stack ends"
#: reason = "signal"
#: signal = 11
import sys
sys.setrecursionlimit(10**8)
class A:
    def __getattr__(self, name):
        return getattr(self, name + "x")
def f(n):
    return repr([f(n + 1)]) if n else eval("f(n + 1)")
def g():
    return max([1], key=lambda _: g())
g()
