import inspect, sys
frame = inspect.currentframe()
print(frame.f_back, frame.f_code.co_name, frame.f_lineno, frame.f_globals is globals(), frame.f_locals is globals(), frame.f_builtins is vars(__builtins__))
try:
    sys._getframe(1)
except ValueError as error:
    print(error)
