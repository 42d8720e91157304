import warnings
def show(message, category, filename, line, file=None, source=None): print(message, category.__name__, filename, line)
warnings.showwarning = show
warnings.warn("shown on stdout")
