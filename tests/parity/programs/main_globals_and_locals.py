print(globals() is locals(), globals() is vars(), type(globals()).__name__)
def function(): return globals() is vars(__import__("__main__"))
print(function(), function.__globals__ is globals(), function.__module__)
