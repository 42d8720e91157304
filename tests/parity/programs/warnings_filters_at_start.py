import sys, warnings
for entry in warnings.filters: print(entry)
print(sys.warnoptions, warnings.defaultaction, warnings.onceregistry, "__warningregistry__" in globals())
