#: exit_code = 1
import atexit
atexit.register(print, "never")
print("never", flush=True)
def function():
    yield 1
    x = yield = 2
