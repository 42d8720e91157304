"""What a client was promised holds when Redis, MongoDB, a worker or a command service is killed, hangs, refuses or has
forgotten everything; and each comes back without anybody's help."""
import http.client
import random
import signal
import threading
import time

import pytest
from client import FINAL, wait_until
from server import Server

JOBS = 3000
CLIENTS = 8
# For what waits until a lease of 30 s has run out.
RECOVERY_BOUND_S = 120


def is_refused(client, code="print(1)"):
    """A submission is answered with 503 and a hint when to try again."""
    answer = client.post("/submit-code", {"code": code})
    if answer.status == 503:
        assert int(answer.headers["Retry-After"]) >= 1
    return answer.status == 503


def is_not_ready(client, part):
    answer = client.get("/readyz")
    return answer.status == 503 and part in answer.json["detail"]


def neighbour_of(cluster, name):
    return {"redis": cluster.redis, "mongodb": cluster.mongo}[name]


@pytest.mark.parametrize("name", ["redis", "mongodb"])
def test_one_that_is_gone_is_told_and_comes_back(make_cluster, name):
    cluster = make_cluster()
    client, worker = cluster.client, cluster.workers[0].client
    assert client.run("print('before')")["result"] == "before"
    neighbour = neighbour_of(cluster, name)
    neighbour.kill()

    wait_until(lambda: is_refused(client), 20, "submissions refused")
    wait_until(lambda: is_not_ready(client, name), 20, "the command service not ready")
    wait_until(lambda: is_not_ready(worker, name), 20, "the worker not ready")
    assert client.get("/healthz").status == 200

    neighbour.start()
    wait_until(cluster.commands[0].is_ready, 30, "the command service ready")
    wait_until(cluster.workers[0].is_ready, 30, "the worker ready")
    assert client.run("print('after')")["result"] == "after"


@pytest.mark.parametrize("name", ["redis", "mongodb"])
def test_services_start_before_their_servers(make_cluster, name):
    cluster = make_cluster(workers=0, commands=0)
    neighbour = neighbour_of(cluster, name)
    neighbour.kill()
    backends = ["--redis", cluster.redis.url, "--mongo", cluster.mongo.url]
    command = Server(cluster.redis.directory / "c", *backends, service="command").start(ready=False)
    worker = Server(cluster.redis.directory.parent / "w", *backends, service="worker").start(ready=False)
    try:
        wait_until(lambda: is_not_ready(command.client, name), 20, "not ready")
        neighbour.start()
        wait_until(command.is_ready, 30, "the command service ready")
        assert command.client.run("print('at last')")["result"] == "at last"
    finally:
        command.kill_all()
        worker.kill_all()


@pytest.mark.parametrize("name", ["redis", "mongodb"])
def test_one_that_hangs_holds_nobody_for_long(make_cluster, name):
    cluster = make_cluster()
    client = cluster.client
    neighbour = neighbour_of(cluster, name)
    neighbour.signal(signal.SIGSTOP)
    try:
        began = time.monotonic()
        wait_until(lambda: is_refused(client), 60, "submissions refused")
        assert time.monotonic() - began < 30
    finally:
        neighbour.signal(signal.SIGCONT)
    wait_until(cluster.commands[0].is_ready, 60, "the command service ready")
    assert client.run("print('after')")["result"] == "after"


@pytest.mark.parametrize("setting, value, usual", [
    ("maxmemory", "1", "0"),
    ("min-replicas-to-write", "1", "0"),
])
def test_a_redis_that_takes_no_writes(make_cluster, setting, value, usual):
    """Out of memory; read-only, as a server is that has lost its replicas."""
    cluster = make_cluster()
    client = cluster.client
    job_id = client.submit("import time; time.sleep(2); print('ran')")
    client.wait_until_running(job_id)
    cluster.redis.ask("CONFIG", "SET", setting, value)

    wait_until(lambda: is_refused(client), 30, "submissions refused")
    assert client.wait_for(job_id)["result"] == "ran", "its result does not need the queue"

    cluster.redis.ask("CONFIG", "SET", setting, usual)
    wait_until(lambda: not is_refused(client), 30, "submissions accepted")
    assert client.run("print('after')")["result"] == "after"


def test_a_redis_that_has_forgotten_everything(make_cluster):
    cluster = make_cluster(worker_options=("--concurrency", "1"))
    client = cluster.client
    ids = [client.submit(f"import time; time.sleep(0.5); print({number})") for number in range(10)]
    client.wait_until_running(ids[1])

    cluster.redis.ask("FLUSHALL")

    began = time.monotonic()
    assert [client.wait_for(job)["result"] for job in ids] == [str(number) for number in range(10)]
    assert time.monotonic() - began < 60


def job_of(number):
    """Its program and what it prints."""
    kind = number % 20
    if kind < 15:
        return f"print({number} * 2)", str(number * 2)
    if kind < 19:
        return f"import time; time.sleep(0.05); print({number} + 1)", str(number + 1)
    return f"print(sum(range({number} + 200_000)))", str(sum(range(number + 200_000)))


class Load:
    """Clients that submit JOBS jobs between them and try again when they are refused, each under its own key."""

    def __init__(self, cluster):
        self.cluster = cluster
        self.numbers = list(range(JOBS))
        random.Random(1).shuffle(self.numbers)
        self.accepted = {}
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self.submit, daemon=True) for _ in range(CLIENTS)]

    def start(self):
        for thread in self.threads:
            thread.start()

    def submit(self):
        while True:
            with self.lock:
                if not self.numbers:
                    return
                number = self.numbers.pop()
            self.submit_one(number)

    def submit_one(self, number):
        body = {"code": job_of(number)[0]}
        while True:
            try:
                answer = self.cluster.client.post("/api/v1/jobs", body, headers={"Idempotency-Key": f"job {number}"})
            except (OSError, http.client.HTTPException):
                time.sleep(0.1)
                continue
            if answer.status == 503:
                time.sleep(0.2)
                continue
            assert answer.status in (200, 201, 202), answer
            with self.lock:
                self.accepted[number] = answer.json["jobId"]
            return

    def wait_for(self, count):
        wait_until(lambda: len(self.accepted) >= count, 300, f"{count} jobs accepted")

    def join(self):
        for thread in self.threads:
            thread.join(300)
            assert not thread.is_alive()


def result_of(client, job_id, bound_s):
    """The final result, through services that come and go."""
    deadline = time.monotonic() + bound_s
    while time.monotonic() < deadline:
        try:
            answer = client.get(f"/exec-result?jobId={job_id}&wait=5000")
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
            continue
        if answer.status == 200 and answer.json["status"] in FINAL:
            return answer.json
        assert answer.status in (200, 503), answer
        if answer.status == 503:
            time.sleep(0.2)
    raise AssertionError(f"job {job_id} has no result within {bound_s} s")


def test_under_load_everything_is_killed_once(make_cluster):
    cluster = make_cluster(workers=3)
    load = Load(cluster)
    load.start()

    load.wait_for(JOBS // 5)
    cluster.workers[0].kill_all()
    cluster.workers[0].start(ready=False)
    load.wait_for(2 * JOBS // 5)
    cluster.redis.kill()
    cluster.redis.start()
    load.wait_for(3 * JOBS // 5)
    cluster.mongo.kill()
    cluster.mongo.start()
    load.wait_for(4 * JOBS // 5)
    cluster.commands[0].kill_all()
    cluster.commands[0].start(ready=False)
    load.join()

    assert len(load.accepted) == len(set(load.accepted.values())) == JOBS
    seen = {}
    for number, job_id in load.accepted.items():
        seen[job_id] = result_of(cluster.client, job_id, RECOVERY_BOUND_S)
        assert (seen[job_id]["status"], seen[job_id]["result"]) == ("completed", job_of(number)[1]), seen[job_id]
    for job_id in random.Random(2).sample(list(seen), 300):
        assert cluster.client.result(job_id) == seen[job_id], "a final result never changes"
    wait_until(lambda: queues_are_empty(cluster), RECOVERY_BOUND_S, "nothing left in the queues")


def queues_are_empty(cluster):
    left = [cluster.redis.ask("LLEN", f"bull:{queue}:{state}")
            for queue in ("code-save", "code-exec") for state in ("wait", "active")]
    return left == ["0"] * 4
