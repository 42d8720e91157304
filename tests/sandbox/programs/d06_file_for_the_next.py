#: tries = "D6: leave files wherever something can be written"
#: stdout = "/tmp ok\n/dev/shm ok\n/var/tmp ENOENT\n/run ENOENT\n/dev EROFS\n/ EROFS\n"
from attack import show, word
for place in ("/tmp", "/dev/shm", "/var/tmp", "/run", "/dev", "/"):
    show(place, word(lambda: open(place.rstrip("/") + "/left-behind", "w").close()))
