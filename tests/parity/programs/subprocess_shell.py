import subprocess
print(subprocess.run("echo $0 $HOME; pwd; umask; ulimit -n; exit 3", shell=True, capture_output=True, text=True))
