import atexit, os, tempfile
directory = tempfile.TemporaryDirectory()
file = tempfile.NamedTemporaryFile()
# The first to be registered is the last to run, and these clean up by themselves.
atexit.register(lambda: print(len(os.listdir("/tmp"))))
