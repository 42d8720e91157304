import os, tempfile
with tempfile.TemporaryDirectory() as name:
    print(os.path.dirname(name), os.path.basename(name)[:3], oct(os.stat(name).st_mode))
with tempfile.NamedTemporaryFile("w+") as made:
    made.write("text")
    made.seek(0)
    print(made.read(), os.path.exists(made.name))
print(os.listdir("/tmp"), tempfile.gettempprefix())
