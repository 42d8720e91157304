import warnings
def warn(text): warnings.warn(text)
for action in ("default", "once", "module", "always", "ignore"):
    warnings.simplefilter(action)
    for _ in range(3): warn(action)
