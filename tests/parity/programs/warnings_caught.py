import warnings
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    warnings.warn("caught", DeprecationWarning)
print([(str(one.message), one.category.__name__, one.filename, one.lineno) for one in caught])
