def function(a: 1 + 1): pass
print(function.__annotations__, compile("x", "x", "exec").co_flags)
exec("def inner(a: 1 + 1): pass")
print(inner.__annotations__)
print(compile("print('x')", "x", "exec", dont_inherit=False).co_flags)
