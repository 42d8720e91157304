import subprocess
for command in ("exit 0", "exit 7", "kill -9 $$", "kill -TERM $$"): print(subprocess.run(command, shell=True).returncode)
try:
    subprocess.run("exit 5", shell=True, check=True)
except subprocess.CalledProcessError as error:
    print(error)
