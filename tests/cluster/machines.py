"""What a cluster is made of, each on a free port of loopback: Redis, MongoDB (or what speaks its protocol), command
services and workers. Each can be killed and started again, with its data and its port."""
import pathlib
import shutil
import signal
import socket
import subprocess

from client import Client, wait_until
from server import Server, environment, free_port

TOOLS = pathlib.Path(__file__).resolve().parents[2] / "build" / "tools"
START_BOUND_S = 30


def why_no_servers():
    """A reason to skip, or None."""
    if not shutil.which("redis-server"):
        return "needs redis-server: scripts/install-deps.sh test"
    if not mongo_command("", 0, ""):
        return "needs mongod or ferretdb: scripts/install-ferretdb.sh"
    return None


def mongo_command(address, port, directory):
    if mongod := shutil.which("mongod"):
        return [mongod, "--bind_ip", address, "--port", str(port), "--dbpath", directory, "--quiet"]
    ferretdb = TOOLS / "ferretdb"
    return [str(ferretdb), f"{address}:{port}", directory] if ferretdb.exists() else None


def accepts(address, port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((address, port)) == 0


class Neighbour:
    """A server that is not ours."""

    def __init__(self, directory, address="127.0.0.1"):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True)
        self.address = address
        self.port = free_port(address)
        self.process = None

    def command(self):
        raise NotImplementedError

    def start(self):
        with open(self.directory / "log", "ab") as log:
            self.process = subprocess.Popen(self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env=environment(), start_new_session=True)
        wait_until(lambda: accepts(self.address, self.port), START_BOUND_S, f"{self.command()[0]} accepts")
        return self

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        if self.process and self.process.poll() is None:
            self.signal(signal.SIGKILL)
            self.process.wait()


class Redis(Neighbour):
    """Keeps what it has acknowledged when it is killed; without what the system has not written when power fails."""

    def command(self):
        return ["redis-server", "--bind", self.address, "--port", str(self.port), "--dir", str(self.directory),
                "--appendonly", "yes", "--save", "", "--protected-mode", "no"]

    @property
    def url(self):
        return f"redis://{self.address}:{self.port}"

    def ask(self, *command):
        """The answer of redis-cli, as text."""
        ran = subprocess.run(["redis-cli", "-h", self.address, "-p", str(self.port), *map(str, command)],
                             capture_output=True, text=True, timeout=30, check=True)
        return ran.stdout.strip()


class Mongo(Neighbour):
    def command(self):
        return mongo_command(self.address, self.port, str(self.directory))

    @property
    def url(self):
        return f"mongodb://{self.address}:{self.port}/code-exec"


class Cluster:
    """`options` are of every service of ours."""

    def __init__(self, directory, commands=1, workers=1, options=(), command_options=(),
                 worker_options=("--concurrency", "2"), address="127.0.0.1"):
        directory = pathlib.Path(directory)
        directory.mkdir(mode=0o755)
        self.redis = Redis(directory / "redis", address)
        self.mongo = Mongo(directory / "mongo", address)
        backends = ["--redis", self.redis.url, "--mongo", self.mongo.url, "--drain-timeout", "5", *options]
        self.commands = [Server(directory / f"command{i}", *backends, *command_options, service="command",
                                listen=f"127.0.0.1:{free_port()}") for i in range(commands)]
        self.workers = [Server(directory / f"worker{i}", *backends, *worker_options, service="worker",
                               listen=f"127.0.0.1:{free_port()}") for i in range(workers)]

    def start(self):
        self.redis.start()
        self.mongo.start()
        for service in self.services():
            service.start()
        return self

    def services(self):
        return [*self.commands, *self.workers]

    @property
    def client(self) -> Client:
        return self.commands[0].client

    def stop(self):
        for service in self.services():
            service.stop()

    def kill(self):
        for service in self.services():
            if service.process is not None and service.process.poll() is None:
                service.kill_all()
        self.redis.kill()
        self.mongo.kill()

    def logs(self):
        return "\n".join(f"--- {service.log_path}\n{service.log()[-3000:]}" for service in self.services())


def environment_of(cluster):
    """As the system before this one was told where its servers are."""
    return {"REDIS_HOST": cluster.redis.address, "REDIS_PORT": str(cluster.redis.port), "MONGO_URI": cluster.mongo.url}

