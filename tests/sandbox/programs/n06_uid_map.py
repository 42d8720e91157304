#: tries = "N6: write the id maps, and become somebody else"
#: stdout = "EPERM EPERM EPERM EPERM same ['EPERM'] ['EINVAL', 'EPERM'] control ok\n"
import os
from attack import show, word
def write(name, text):
    fd = os.open("/proc/self/" + name, os.O_WRONLY)
    os.write(fd, text)
def maps():
    return [open("/proc/self/" + name).read() for name in ("uid_map", "gid_map")]
before = maps()
show(word(write, "uid_map", b"0 0 1"), word(write, "gid_map", b"0 0 1"), word(write, "uid_map", b"1000 0 1"),
     word(write, "setgroups", b"deny") .replace("EACCES", "EPERM"), "same" if maps() == before else maps(),
     sorted({word(os.setgroups, [1000]), word(os.setgroups, [])}),
     sorted({word(call, id) for call in (os.setuid, os.setgid, os.seteuid, os.setegid) for id in (0, 1, 65534)} | {"EPERM"}),
     "control", word(os.setuid, 1000))
