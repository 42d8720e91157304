import os
os.chdir("/tmp")
import multiprocessing.process, tempfile, pathlib
print(multiprocessing.process.ORIGINAL_DIR, pathlib.Path.cwd())
