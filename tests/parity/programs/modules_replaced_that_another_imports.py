# What stands in sys.modules is used, also below.
import sys, types
fake = types.ModuleType("fnmatch")
fake.translate = fake.fnmatch = fake.filter = lambda *_: "fake"
sys.modules["fnmatch"] = fake
import glob, shutil, pathlib
print(glob.fnmatch is fake, shutil.fnmatch is fake, pathlib.fnmatch is fake)
