import subprocess
print(subprocess.run(["ls", "/proc/self/fd"], capture_output=True, text=True).stdout.split())
print(subprocess.run(["ls", "/proc/self/fd"], capture_output=True, text=True, close_fds=False).stdout.split())
