import sys
print([hasattr(sys, name) for name in ("ps1", "ps2", "last_type", "last_value", "last_traceback", "tracebacklimit", "exitfunc", "__interactivehook__", "frozen")])
print(sys.__interactivehook__)
