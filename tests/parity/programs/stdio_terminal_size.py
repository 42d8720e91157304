import os, shutil
print(shutil.get_terminal_size(), os.environ.get("COLUMNS"), os.environ.get("TERM"))
