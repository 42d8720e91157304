import contextlib, io
out, err = io.StringIO(), io.StringIO()
with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
    print("collected")
    import sys
    sys.stderr.write("too")
print([out.getvalue(), err.getvalue()])
