"""What this machine has: control groups of which version, and namespaces for ordinary users."""
import os
import pathlib
import pwd
import shutil
import subprocess

from server import BINARY, Server, descendants

RUNTIMES = pathlib.Path(BINARY).parent.parent / "runtimes"


def cgroup_mounts():
    """Mount point and type of every hierarchy."""
    lines = [line.split() for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines()]
    found = [(line[4], line[line.index("-", 6) + 1]) for line in lines]
    return [(pathlib.Path(point), kind) for point, kind in found if kind in ("cgroup", "cgroup2")]


def cgroup_version():
    """The one that has the controllers: an empty v2 hierarchy is often mounted beside v1."""
    for point, kind in cgroup_mounts():
        if kind == "cgroup2" and "memory" in (point / "cgroup.controllers").read_text().split():
            return "cgroup v2"
    return "cgroup v1" if any(kind == "cgroup" for _, kind in cgroup_mounts()) else "no cgroups"


def groups_of(server):
    """The directories of this server's slots, in whatever hierarchies they are; others' are not looked at."""
    points = {str(point) for point, _ in cgroup_mounts()}
    hosts = [f"code-exec.{pid}" for pid in descendants(server.process.pid)]
    wanted = [word for host in hosts for word in ("-o", "-path", f"*/{host}/slot-*")][1:]
    if not points or not wanted:
        return []
    found = subprocess.run(["find", *points, "-type", "d", "(", *wanted, ")"], capture_output=True, text=True)
    return [pathlib.Path(line) for line in found.stdout.splitlines()]


def footprint(server):
    """What a sandbox may not leave more of on the host: processes, mounts, groups and descriptors of the host."""
    processes = descendants(server.process.pid)
    groups = groups_of(server)
    return {"processes": len(processes), "mounts": len(pathlib.Path("/proc/self/mountinfo").read_text().splitlines()),
            "groups": len(groups), "tasks in groups": sum(len(tasks_of(group)) for group in groups),
            "descriptors": sum(descriptors_of(pid) for pid in processes)}


def tasks_of(group):
    try:
        return (group / "cgroup.procs").read_text().split()
    except FileNotFoundError:  # made anew for the next run at this moment
        return []


def descriptors_of(pid):
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except (FileNotFoundError, PermissionError):  # it has just ended; or we are no root, and slots let nobody look
        return 0


def as_user(uid):
    """The beginning of a command line that is run as that user."""
    if os.geteuid() == uid:
        return []
    return ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups", "--"]


def ordinary_user():
    """Ourselves, or an id that nobody has."""
    if os.geteuid() != 0:
        return os.geteuid()
    taken = {entry.pw_uid for entry in pwd.getpwall()}
    return next(uid for uid in range(63100, 65000) if uid not in taken)


def why_no_user_namespaces():
    """None where ordinary users can make them."""
    tried = subprocess.run([*as_user(ordinary_user()), "unshare", "--user", "true"], capture_output=True, text=True)
    return tried.stderr.strip() or None if tried.returncode else None


def unprivileged_server(directory, *options):
    """A server that an ordinary user starts, all of whose files lie below `directory`, which it may enter."""
    uid = ordinary_user()
    installed = directory / "code-exec"
    (installed / "build").mkdir(parents=True)
    shutil.copy(BINARY, installed / "build" / "code-exec")
    shutil.copytree(RUNTIMES, installed / "runtimes")
    home = directory / "home"
    home.mkdir()
    if os.geteuid() == 0:
        os.chown(home, uid, uid)
    return Server(home / "data", "--without-cgroups", *options, variables={"HOME": str(home)},
                  command=[*as_user(uid), str(installed / "build" / "code-exec")])
