for name in sorted(name for name in vars() if name.startswith("__")):
    value = globals()[name]
    print(name, type(value).__name__, value if name in ("__name__", "__file__", "__doc__", "__package__", "__cached__", "__spec__", "__annotations__") else "")
