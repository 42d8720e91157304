"""The docstring
of the main module, naïve."""
print(__doc__)
