#: signal = 2
try:
    1 / 0
except ZeroDivisionError:
    raise KeyboardInterrupt
