import sys
print("readline" in sys.modules, "rlcompleter" in sys.modules)
try:
    import readline
    print(readline.get_current_history_length())
except ImportError as error:
    print(error)
