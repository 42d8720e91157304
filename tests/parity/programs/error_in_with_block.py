#: exit_code = 1
class Managed:
    def __enter__(self): return self
    def __exit__(self, kind, value, traceback):
        raise RuntimeError("while leaving")
with Managed():
    raise ValueError("inside")
