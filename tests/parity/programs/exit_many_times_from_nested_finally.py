#: exit_code = 3
import sys
def leave(code):
    try:
        sys.exit(code)
    finally:
        if code < 3: leave(code + 1)
leave(0)
