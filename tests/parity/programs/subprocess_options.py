import os, subprocess
print(subprocess.run(["pwd"], cwd="/tmp", capture_output=True).stdout)
print(subprocess.run(["sh", "-c", "ps -o sid= >/dev/null 2>&1; echo ok"], start_new_session=True, capture_output=True).stdout)
print(subprocess.run(["sh", "-c", "umask"], preexec_fn=lambda: os.umask(0o077), capture_output=True).stdout)
print(subprocess.run(["sh", "-c", "umask"], umask=0o027, capture_output=True).stdout)
