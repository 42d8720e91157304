import runpy, zipfile
with zipfile.ZipFile("made.zip", "w") as made:
    made.writestr("__main__.py", "import inside\nprint(__name__, __file__, inside.value)\n")
    made.writestr("inside.py", "value = 5\n")
runpy.run_path("made.zip", run_name="__main__")
