import warnings
def warn(): warnings.warn("a user warning")
warn()
warn()
for _ in range(2): warnings.warn("in a loop", RuntimeWarning)
