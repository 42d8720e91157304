import sys
sys.path = ["/box"]
try:
    import textwrap
except ImportError as error:
    print(error)
