import atexit
@atexit.register
def decorated(*args, **options): print("decorated", args, options)
atexit.register(decorated, 1, two=2)
print(decorated.__name__)
