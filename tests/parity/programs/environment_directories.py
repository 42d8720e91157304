import os, pathlib, tempfile
print(os.getcwd(), os.path.expanduser("~"), pathlib.Path.home(), tempfile.gettempdir(), os.ctermid(), os.path.realpath("."), os.path.abspath(__file__))
