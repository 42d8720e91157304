"""What this machine has: control groups of which version, and namespaces for ordinary users."""
import os
import pathlib
import pwd
import shutil
import subprocess

from client import wait_until
from server import BINARY, Server, descendants

# That the host has: a socket, and what it is killed by.
FILES_OF_A_WAITING_RUN = 2
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


def host_groups_of(server):
    """This server's own groups, in whatever hierarchies they are; others' are not looked at."""
    points = {str(point) for point, _ in cgroup_mounts()}
    names = [word for pid in descendants(server.process.pid) for word in ("-o", "-name", f"code-exec.{pid}")][1:]
    if not points or not names:
        return []
    found = subprocess.run(["find", *points, "-type", "d", "(", *names, ")"], capture_output=True, text=True)
    return [pathlib.Path(line) for line in found.stdout.splitlines()]


def footprint(server):
    """What a sandbox may not leave more of: processes, mounts, groups and descriptors. A group of a slot may come
    later, with the slot's first run, so it is the groups above them that are counted. Runs that wait in slots for
    their job are not counted: how many there are depends on the jobs before."""
    everyone = descendants(server.process.pid)
    processes = [pid for pid in everyone if not is_waiting_run(pid)]
    groups = host_groups_of(server)
    ours = mount_points("self")
    in_slots = [points for pid in processes if (points := mount_points(pid)) not in ([], ours)]
    tasks = [task for group in groups for slot in group.glob("slot-*") for task in tasks_of(slot)
             if not is_waiting_run(task)]
    return {"processes": len(processes), "mounts in a slot": max(map(len, in_slots), default=0),
            # Of the host's own only those that are where a slot has one: others have work of theirs here.
            "mounts of the host": sum(any(point in points for points in in_slots) for point in ours),
            "groups": len(groups), "tasks in groups": len(tasks),
            "descriptors": sum(descriptors_of(pid) for pid in processes) -
                           FILES_OF_A_WAITING_RUN * (len(everyone) - len(processes))}


def wait_until_warm(server):
    """Until runs are forked: the interpreters that do so start beside the service."""
    program = "print('code-exec-warm' in open('/proc/self/maps').read())"
    wait_until(lambda: server.client.run(program)["stdout"] == "True\n", 20, "a warm run")


def is_waiting_run(pid):
    """A process that was forked for a run and has no job yet: beside its streams only the host's socket is open."""
    try:
        files = f"/proc/{pid}/fd"
        return (pathlib.Path(f"/proc/{pid}/comm").read_text() == "python3\n" and
                sorted(os.listdir(files)) == ["0", "1", "2", "3"] and os.readlink(f"{files}/3").startswith("socket:"))
    except OSError:  # it has just ended; or we are no root, and slots let nobody look
        return False


def mount_points(pid):
    try:
        return [line.split()[4] for line in pathlib.Path(f"/proc/{pid}/mountinfo").read_text().splitlines()]
    except OSError:  # it has just ended; or we are no root, and slots let nobody look
        return []


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
