import subprocess
print(sorted(subprocess.run(["env"], capture_output=True, text=True).stdout.splitlines()))
print(subprocess.run(["env"], env={"A": "b"}, capture_output=True, text=True).stdout)
