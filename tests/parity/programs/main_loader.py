print(type(__loader__).__module__, type(__loader__).__name__, __loader__.name, __loader__.path, __loader__.get_filename())
print(__loader__.get_source("__main__") == open(__file__).read(), __loader__.is_package("__main__"))
