#: exit_code = 1
def decorator(function):
    raise ValueError(function.__name__)
@decorator
def decorated(): pass
