import inspect
def function(): return 1
with open(__file__, "w") as changed: changed.write("# changed\n" * 10)
print(inspect.getsource(function))
