try:
    raise ValueError
except ValueError as error:
    print(error.__context__, error.__cause__, error.__traceback__.tb_frame.f_back, error.__traceback__.tb_next)
import sys
print(sys.exc_info(), sys.exception(), hasattr(sys, "last_value"), hasattr(sys, "last_traceback"))
