"""deploy/compose.yaml as its users start it: the image is built, three workers share the jobs, everything stops in order.
No image can be pulled: compose.override.yaml says what is built instead."""
import json
import os
import shutil
import subprocess

import pytest

from client import Client, wait_until
from daemon import Daemon
from server import ROOT, environment, free_port

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to start a dockerd")

WORKERS = {"worker": "WORKER_PORT", "worker-replica-1": "WORKER_REPLICA_1_PORT",
           "worker-replica-2": "WORKER_REPLICA_2_PORT"}
OURS = ["command", *WORKERS]
BUILD_BOUND_S = 3000
START_BOUND_S = 120
STOP_BOUND_S = 120


class Compose:
    def __init__(self, daemon):
        self.files = ["deploy/compose.yaml", "tests/container/compose.override.yaml"]
        tool = ROOT / "build/tools/docker-compose"
        self.tool = [str(tool)] if tool.exists() else ["docker", "compose"]
        self.ports = {name: str(free_port()) for name in ("COMMAND_PORT", *WORKERS.values())}
        self.environment = environment(DOCKER_HOST=daemon.address, COMPOSE_PROJECT_NAME="code-exec-test", **self.ports)

    def __call__(self, *arguments, bound_s=START_BOUND_S):
        files = [word for file in self.files for word in ("-f", str(ROOT / file))]
        ran = subprocess.run([*self.tool, *files, *arguments], env=self.environment, capture_output=True, text=True,
                             timeout=bound_s)
        assert ran.returncode == 0, f"{arguments}: {ran.stdout[-5000:]}\n{ran.stderr[-5000:]}"
        return ran.stdout

    def client(self, port):
        return Client("127.0.0.1", int(self.ports[port]))

    def states(self):
        """What Docker says of each service's container."""
        containers = self("ps", "--all", "--format", "json").splitlines()
        return {one["Service"]: one for one in map(json.loads, containers)}


@pytest.fixture(scope="module")
def compose():
    neighbours = ROOT / "build/container/compose"
    neighbours.mkdir(parents=True, exist_ok=True)
    shutil.copy2(ROOT / "build/tools/ferretdb", neighbours)
    daemon = Daemon()
    try:
        daemon.start()
        daemon.load("base", "code-exec-base")
        made = Compose(daemon)
        made("build", bound_s=BUILD_BOUND_S)
        try:
            made("up", "--detach", "--wait")
            yield made
        finally:
            made("down", "--volumes", bound_s=STOP_BOUND_S)
    finally:
        daemon.stop()


def ready(client):
    try:
        return client.get("/readyz").status == 200
    except OSError:
        return False


def runs_of(client):
    """Runs that a worker has finished: a stage is counted once for each."""
    lines = client.get("/metrics").raw.decode().splitlines()
    return sum(float(line.split()[-1]) for line in lines
               if line.startswith("code_exec_stage_seconds_count") and 'stage="total"' in line)


def test_every_service_is_ready_and_docker_says_so(compose):
    for port in compose.ports:
        wait_until(lambda port=port: ready(compose.client(port)), START_BOUND_S, f"{port} ready")
    wait_until(lambda: {one["Health"] for one in compose.states().values()} == {"healthy"}, START_BOUND_S, "healthy")


@pytest.mark.parametrize("language, code", [
    ("python", 'print("Hello, World!")'),
    ("javascript", 'console.log("Hello, World!")'),
    ("bash", 'echo "Hello, World!"'),
    ("c", '#include <stdio.h>\nint main(void) { puts("Hello, World!"); }'),
    ("cpp", '#include <iostream>\nint main() { std::cout << "Hello, World!\\n"; }')])
def test_each_language_that_the_image_has(compose, language, code):
    result = compose.client("COMMAND_PORT").run(code, language=language)
    assert (result["status"], result["result"]) == ("completed", "Hello, World!"), result


@pytest.mark.parametrize("page", ["/", "/status", "/docs", "/admin/queues/"])
def test_the_image_carries_its_pages(compose, page):
    served = compose.client("COMMAND_PORT").get(page)
    assert served.status == 200
    assert b"<script" in served.raw


def test_the_jobs_are_spread_over_the_workers(compose):
    client = compose.client("COMMAND_PORT")
    workers = [compose.client(port) for port in WORKERS.values()]
    before = [runs_of(worker) for worker in workers]
    jobs = [client.submit("import time; time.sleep(0.3); print('done')") for _ in range(24)]
    assert {client.wait_for(job)["result"] for job in jobs} == {"done"}
    done = [runs_of(worker) - count for worker, count in zip(workers, before)]
    assert sum(done) == len(jobs)
    assert min(done) > 0, done


def test_a_program_sees_neither_the_servers_nor_their_names(compose):
    result = compose.client("COMMAND_PORT").run(
        "import os, socket\nprint(sorted(set(os.environ) & {'REDIS_HOST', 'MONGO_URI'}))\n"
        "try: socket.create_connection(('redis', 6379), 2); print('reached')\n"
        "except OSError: print('nothing there')")
    assert result["stdout"] == "[]\nnothing there\n", result


# The last: nothing runs after it.
def test_all_of_ours_stop_with_exit_code_0(compose):
    compose("stop", *OURS, bound_s=STOP_BOUND_S)
    states = compose.states()
    assert {name: states[name]["ExitCode"] for name in OURS} == dict.fromkeys(OURS, 0), compose("logs", *OURS)
