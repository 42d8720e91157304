#: exit_code = 3
import sys
try:
    try:
        sys.exit(2)
    finally:
        print("inner")
finally:
    print("outer")
    sys.exit(3)
