#: tries = "K16: a thread, a child or a program without the filter"
#: stdout = "{('2', '1', '0000000000000000')} 4\n"
import os, subprocess, sys, threading
seen = set()
count = 0
def look(path):
    global count
    fields = dict(line.rstrip("\n").split(":\t", 1) for line in open(path) if ":\t" in line)
    seen.add((fields["Seccomp"], fields["NoNewPrivs"], fields["CapEff"]))
    count += 1
look("/proc/self/status")
hold = threading.Event()
threading.Thread(target=hold.wait, daemon=True).start()
for task in os.listdir("/proc/self/task"):
    if int(task) != os.getpid():
        look(f"/proc/self/task/{task}/status")
for child in (subprocess.Popen(["/bin/sh", "-c", "read x"], stdin=subprocess.PIPE),
              subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)):
    look(f"/proc/{child.pid}/status")
    child.kill()
print(seen, count)
