import warnings
class Warns:
    def __del__(self): warnings.warn("in a destructor")
warns = Warns()
