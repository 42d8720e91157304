import warnings
warnings.warn("noted")
print(sorted(map(str, __warningregistry__)))
