"""A dockerd of our own: its data, socket and processes are apart from any other's, and end with it."""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile

from client import wait_until
from server import BINARY, ROOT, environment

IMAGE = "code-exec-test"
CGROUPS = pathlib.Path("/sys/fs/cgroup")
START_BOUND_S = 60


class Daemon:
    def __init__(self):
        # Short: the path of a socket is at most 107 bytes.
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="code-exec-docker-", dir="/var/tmp"))
        self.address = f"unix://{self.directory}/socket"
        self.group = f"code-exec-docker-{os.getpid()}"  # of the host's: what containers' groups are made in
        self.process = None

    def start(self):
        # Containers use the host's network or none: nothing of the host's is set up for them.
        command = ["dockerd", "--data-root", self.directory / "data", "--exec-root", self.directory / "exec",
                   "--pidfile", self.directory / "pid", "--host", self.address, "--bridge=none", "--iptables=false",
                   "--exec-opt", "native.cgroupdriver=cgroupfs", "--cgroup-parent", f"/{self.group}"]
        with open(self.directory / "log", "wb") as log:
            self.process = subprocess.Popen([*map(str, command)], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            start_new_session=True)
        wait_until(self.is_up, START_BOUND_S, "dockerd")
        self.load("root", IMAGE)
        return self

    def load(self, name, image):
        """One of the root file systems of scripts/container-image.sh, as an image."""
        with open(ROOT / f"build/container/{name}.tar", "rb") as root:
            imported = self.docker("import", "-", image, stdin=root)
        assert imported.returncode == 0, imported.stderr

    def is_up(self):
        assert self.process.poll() is None, (self.directory / "log").read_text()
        return self.docker("info").returncode == 0

    def docker(self, *arguments, **options):
        return subprocess.run(["docker", "--host", self.address, *map(str, arguments)], capture_output=True, text=True,
                              timeout=120, env=environment(), **options)

    def run(self, options, *command):
        """One container with code-exec in it, until its end."""
        return self.docker("run", "--rm", *self.mounts(), *options, IMAGE, *command)

    def start_container(self, options, *command):
        started = self.docker("run", "--detach", *self.mounts(), *options, IMAGE, *command)
        assert started.returncode == 0, started.stderr
        return started.stdout.strip()

    def mounts(self):
        return ["--volume", f"{BINARY}:/usr/local/bin/code-exec:ro",
                "--volume", f"{ROOT}/runtimes:/usr/local/share/code-exec/runtimes:ro"]

    def specification(self, container):
        """What the container's runtime was told: the OCI specification."""
        found = list((self.directory / "exec").rglob(f"{container}/config.json"))
        assert len(found) == 1, found
        return json.loads(found[0].read_text())

    def stop(self):
        self.process.terminate()
        self.process.wait(START_BOUND_S)
        below = f"{os.path.realpath(self.directory)}/"
        for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines():
            place = line.split()[4]
            if place.startswith(below):
                subprocess.run(["umount", "--lazy", place], check=True)
        # Fails where something is left in it. Controllers that are mounted together have links to one directory.
        for group in {one.resolve() for one in [*CGROUPS.glob(f"*/{self.group}"), *CGROUPS.glob(self.group)]}:
            if (building := group / "buildkit").exists():  # dockerd's own, which a build that failed leaves
                building.rmdir()
            group.rmdir()
        shutil.rmtree(self.directory)
