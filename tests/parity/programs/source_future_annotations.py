from __future__ import annotations
def function(a: undefined_name) -> another: pass
print(function.__annotations__)
x: undefined_name = 1
print(__annotations__)
