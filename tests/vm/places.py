"""Where in the hierarchy the service is started, and as whom."""
import os
import pathlib
import shutil
import subprocess
import tempfile

from client import wait_until
from server import BINARY, START_BOUND_S, Server, environment

HIERARCHY = pathlib.Path("/sys/fs/cgroup")
CONTROLLERS = "+memory +pids +cpu"
LEAF = "code-exec-service"
USER = 2000  # an ordinary user's id
BOUND_S = 60


def remove_groups(group):
    for directory, _, _ in os.walk(group, topdown=False):
        os.rmdir(directory)


def processes_in(group):
    return [int(line) for line in (group / "cgroup.procs").read_text().split()]


def populated(group):
    return "populated 1" in (group / "cgroup.events").read_text()


class Place:
    """A group to start the service in; None is the root group. `delegated`: the group is the user's, as systemd does
    it for Delegate=yes."""

    def __init__(self, name=None, user=0, delegated=False):
        self.user = user
        self.group = HIERARCHY / name if name else HIERARCHY
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="place-"))
        os.chown(self.directory, user, user)
        self.servers = []
        if not name:
            return
        for parent in reversed(self.group.relative_to(HIERARCHY).parents):
            (HIERARCHY / parent).mkdir(exist_ok=True)
            (HIERARCHY / parent / "cgroup.subtree_control").write_text(CONTROLLERS)
        self.group.mkdir()
        if delegated:
            for file in ("", "cgroup.procs", "cgroup.subtree_control", "cgroup.threads"):
                os.chown(self.group / file, user, user)

    def through(self):
        """A command that starts another in the group and as the user. A service that was here before has left its leaf,
        and then nobody may enter the group itself."""
        leaf = self.group / LEAF
        entered = leaf if leaf.exists() else self.group
        command = ["sh", "-c", 'echo $$ >"$0/cgroup.procs" && exec "$@"', str(entered)]
        if self.user:
            command += ["setpriv", f"--reuid={self.user}", f"--regid={self.user}", "--clear-groups"]
        return command

    def server(self, name="data"):
        made = Server(self.directory / name, "--concurrency", "2", command=[*self.through(), BINARY])
        self.servers.append(made)
        return made.start()

    def call(self, *arguments):
        return subprocess.run([*self.through(), BINARY, *arguments], capture_output=True, text=True,
                              timeout=START_BOUND_S * 4, env=environment(), cwd=self.directory)

    def host_groups(self):
        return sorted(self.group.glob("code-exec.*"))

    def clear(self):
        for server in self.servers:
            if server.process is not None and server.process.poll() is None:
                server.kill_all()
        if self.group == HIERARCHY:
            for group in self.host_groups():
                remove_groups(group)
        else:
            (self.group / "cgroup.kill").write_text("1")
            wait_until(lambda: not populated(self.group), BOUND_S, "an empty group")
            remove_groups(self.group)
        shutil.rmtree(self.directory)
