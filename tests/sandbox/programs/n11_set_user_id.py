#: tries = "N11: set-user-ID programs, of the host's and of one's own making, with file capabilities too"
#: stdout = "['/box', '/dev/shm', '/tmp', '/usr'] []\n1000 1000 0000000000000000\nENOTSUP\n"
import os, shutil, subprocess, sys
from attack import show, word
kept = [place for place in ("/box", "/dev/shm", "/tmp", "/usr") if os.statvfs(place).f_flag & os.ST_NOSUID]
set_id = [name for name in os.listdir("/usr/bin") if os.stat(f"/usr/bin/{name}").st_mode & 0o6000] if os.path.isdir("/usr/bin") else []
changed = []
for name in set_id:
    child = subprocess.Popen([f"/usr/bin/{name}"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        owner = next(line.split()[2] for line in open(f"/proc/{child.pid}/status") if line.startswith("Uid:"))
        if owner != "1000":
            changed.append((name, owner))
    except (OSError, StopIteration):
        pass
    child.kill()
    child.wait()
show(kept, changed)
shutil.copy(os.path.realpath(sys.executable), "/tmp/own")
os.chmod("/tmp/own", 0o6755)
ids = "import os; print(os.geteuid(), os.getegid(), [l.split()[1] for l in open('/proc/self/status') if l.startswith('CapEff')][0])"
sys.stdout.flush()
subprocess.run(["/tmp/own", "-c", ids])
show(word(os.setxattr, "/tmp/own", "security.capability", b"\x01\0\0\x02" + b"\xff" * 16))
