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
