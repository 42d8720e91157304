import sys
same = lambda one, other: one is other
print(same(sys.intern("".join(["a", "b"])), sys.intern("ab")), same(int("256"), int("256")), same(int("257"), int("257")), same((), tuple([])))
