import sys
print([(name, type(getattr(sys, name)).__name__) for name in sorted(vars(sys))])
