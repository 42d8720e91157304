import os
for name in ("naïve ☃", b"\xff\xfe"): open(name, "w").close()
print(sorted(name for name in os.listdir(b".") if not name.startswith(b"main")))
print([ascii(name) for name in sorted(os.listdir(".")) if not name.startswith("main")])
print(os.fsencode("\udcff"), ascii(os.fsdecode(b"\xff")))
