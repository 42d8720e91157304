if __debug__: print("debug")
assert True
print(__debug__)
