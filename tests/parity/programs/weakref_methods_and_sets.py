import weakref
class Holder:
    def method(self): return "called"
holder = Holder()
method = weakref.WeakMethod(holder.method, lambda _: print("method gone"))
members = weakref.WeakSet([holder])
print(method()(), len(members))
del holder
print(method(), len(members))
