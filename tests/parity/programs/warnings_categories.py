import warnings
for category in (UserWarning, DeprecationWarning, PendingDeprecationWarning, RuntimeWarning, FutureWarning, ImportWarning,
                 ResourceWarning, BytesWarning, SyntaxWarning, UnicodeWarning, EncodingWarning):
    warnings.warn(f"is a {category.__name__}", category)
