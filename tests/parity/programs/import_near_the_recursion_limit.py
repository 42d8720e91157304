#: differs = "modules that were imported ahead come without the steps of an import: no events, no finders made, no depth of recursion, nothing of what the program has put in the place of functions they took"
import sys
def deeper(left):
    if left: return deeper(left - 1)
    try:
        import decimal
        return "imported"
    except RecursionError:
        return "too deep"
print(deeper(985), "decimal" in sys.modules)
print(deeper(900), "decimal" in sys.modules)
