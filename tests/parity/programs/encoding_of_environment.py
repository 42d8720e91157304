import os, subprocess
os.environ["NAÏVE"] = "☃\udcff"
print(os.environb["NAÏVE".encode()])
print(subprocess.run(["env"], capture_output=True).stdout.splitlines()[-1])
