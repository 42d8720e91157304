"""Starts and stops the real binary, and the servers it works with."""
import os
import pathlib
import signal
import socket
import subprocess

from client import SLOWNESS, Client, wait_until

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("CODE_EXEC_BIN", str(ROOT / "build" / "code-exec"))
START_BOUND_S = 30
STOP_BOUND_S = 30
# An emulated machine is so many times slower than an ordinary one: there programs get as much more time, and requests
# wait as much longer for them.
SLOW = {"CODE_EXEC_LIMIT_CPU_TIME_MS": str(5000 * SLOWNESS), "CODE_EXEC_LIMIT_WALL_TIME_MS": str(15000 * SLOWNESS),
        "CODE_EXEC_LIMIT_MAX_CPU_TIME_MS": str(60000 * SLOWNESS),
        "CODE_EXEC_LIMIT_MAX_WALL_TIME_MS": str(120000 * SLOWNESS),
        "CODE_EXEC_WAIT_MAX": str(60 * SLOWNESS)} if SLOWNESS > 1 else {}


# What the system before this one was told by.
FORMER = ("COMMAND_PORT", "WORKER_PORT", "REDIS_HOST", "REDIS_PORT", "MONGO_URI")


def environment(**changes):
    """Ours without settings of code-exec, so that a developer's shell does not change what is tested."""
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith("CODE_EXEC_") and name not in FORMER}
    return {**kept, **SLOW, **changes}


def free_port(address="127.0.0.1"):
    with socket.socket() as probe:
        probe.bind((address, 0))
        return probe.getsockname()[1]


class Server:
    """`code-exec serve`, or another service of it, on a free port. Its directory outlives it: start another one on the
    same directory. `command` is what stands for the binary: it may become somebody else first."""

    def __init__(self, directory, *options, command=None, variables=(), service="serve", listen="127.0.0.1:0"):
        self.service = service
        self.listen = listen
        self.directory = pathlib.Path(directory)
        self.options = options
        self.command = command or [BINARY]
        self.variables = dict(variables)
        self.log_path = self.directory.parent / (self.directory.name + ".log")
        self.process = None
        self.client = None

    def start(self, ready=True):
        seen = self.log_path.stat().st_size if self.log_path.exists() else 0
        with open(self.log_path, "ab") as log:
            # A session of its own: nothing that is sent to it reaches the tests.
            directory = [] if self.service == "command" else ["--data-dir", str(self.directory)]
            self.process = subprocess.Popen(
                [*self.command, self.service, "--listen", self.listen, *directory, *self.options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment(**self.variables),
                start_new_session=True)
        host, port = wait_until(lambda: self.find_address(seen), START_BOUND_S, "the server's address").split(":")
        self.client = Client(host, int(port))
        if ready:
            wait_until(self.is_ready, START_BOUND_S, "the server ready")
        return self

    def find_address(self, seen):
        assert self.process.poll() is None, f"the server ended with {self.process.returncode}:\n{self.log()}"
        with open(self.log_path, "rb") as log:
            log.seek(seen)
            for line in log:
                if b" serving address=" in line and line.endswith(b"\n"):
                    return line.rsplit(b"address=", 1)[1].strip().decode()
        return None

    def is_ready(self):
        try:
            return self.client.get("/readyz").status == 200
        except OSError:
            return False

    def log(self):
        return self.log_path.read_text(errors="replace")

    def terminate(self, number=signal.SIGTERM):
        self.process.send_signal(number)

    def wait(self, bound_s=STOP_BOUND_S):
        """The exit code."""
        return self.process.wait(bound_s)

    def stop(self):
        if self.process is None or self.process.poll() is not None:
            return
        self.terminate()
        try:
            self.wait()
        except subprocess.TimeoutExpired:
            self.kill_all()
            raise

    def kill_all(self):
        """SIGKILL to each of its processes, launcher first, so that none is restarted; returns when all are gone."""
        pids = [self.process.pid] + descendants(self.process.pid)
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait(STOP_BOUND_S)
        wait_until(lambda: not any(is_alive(pid) for pid in pids), STOP_BOUND_S, "every process gone")


def stat_of(pid):
    """State and parent, from /proc; None when there is no such process."""
    try:
        text = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    state, parent = text.rsplit(")", 1)[1].split()[:2]
    return state, int(parent)


def is_alive(pid):
    stat = stat_of(pid)
    return stat is not None and stat[0] not in "ZX"


def descendants(root):
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit() and (stat := stat_of(entry)):
            parents[int(entry)] = stat[1]
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found[1:]
