"""Jobs run in a stream while inits of slots and the sandbox host are killed and stopped under them: each job has its
right result in the end, and one. CODE_EXEC_CHAOS_ROUNDS (40) is the number of faults; CODE_EXEC_CHAOS_SEED repeats one
order of them."""
import json
import os
import random
import re
import signal
import threading
import time

import pytest

from client import FINAL, wait_until
from keep_alive import KeepAliveClient, in_threads
from processes import busy_inits_of, host_of, inits_of
from server import Server, descendants, is_alive

ROUNDS = int(os.environ.get("CODE_EXEC_CHAOS_ROUNDS", "40"))
CLIENTS = 4
JOBS_BETWEEN_FAULTS = 4
SLOTS = 4  # two workers, and a spare slot for each


@pytest.fixture
def server(tmp_path):
    if os.geteuid() != 0:
        pytest.skip("the host and its slots are told apart by their ids, which needs root")
    made = Server(tmp_path / "data", "--concurrency", "2")
    yield made.start()
    if made.process.poll() is None:
        made.kill_all()


def job(number):
    """A program and what it prints; some take long enough to be hit in the middle."""
    if number % 10 == 0:
        return {"code": f"print({number} ** 2)", "language": "python"}, f"{number ** 2}\n"
    pause = "sleep 0.1; " if number % 4 == 0 else ""
    return {"code": f"{pause}echo $(({number} * {number}))", "language": "bash"}, f"{number ** 2}\n"


class Stream:
    """Clients that submit job after job, each waiting for its result, until told to stop."""

    def __init__(self, server):
        self.server = server
        self.stopping = threading.Event()
        self.results = {}  # by job id: the number and the result
        self.thread = threading.Thread(target=self.run)
        self.failure = None

    def run(self):
        try:
            in_threads(CLIENTS, self.submit)
        except BaseException as failure:
            self.failure = failure

    def submit(self, first):
        client = KeepAliveClient(self.server.client.host, self.server.client.port)
        number = first
        while not self.stopping.is_set():
            job_id = client.submit(**job(number)[0])
            self.results[job_id] = (number, client.wait_for(job_id))
            number += CLIENTS

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *failed):
        self.stopping.set()
        self.thread.join()

    def wait_for_progress(self):
        target = len(self.results) + JOBS_BETWEEN_FAULTS
        wait_until(lambda: len(self.results) >= target or self.failure, 30, "jobs ending after a fault")
        # A job gives up after three attempts: one that has lost two is let through.
        lost_two = set(re.findall(r"attempt failed .* job=(\S+) attempt=2 ", self.server.log()))
        for job_id in lost_two:
            self.server.client.wait_for(job_id)


def send(pid, number):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass  # gone meanwhile, as slots go


def kill_an_init(server, order):
    send(order.choice(wait_until(lambda: inits_of(server), 20, "a slot")), signal.SIGKILL)


def stop_an_init(server, order):
    send(order.choice(wait_until(lambda: inits_of(server), 20, "a slot")), signal.SIGSTOP)


def kill_the_host(server, order):
    send(wait_until(lambda: host_of(server), 20, "a host"), signal.SIGKILL)


def stop_the_host(server, order):
    send(wait_until(lambda: host_of(server), 20, "a host"), signal.SIGSTOP)


def counted_ends(client):
    lines = client.get("/metrics").raw.decode().splitlines()
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith("code_exec_jobs_total"))


def test_every_job_has_its_one_result_whatever_is_killed_or_stopped(server):
    seed = int(os.environ.get("CODE_EXEC_CHAOS_SEED", time.time_ns() % 1_000_000))
    print(f"CODE_EXEC_CHAOS_SEED={seed}")
    order = random.Random(seed)
    faults = [kill_an_init, kill_an_init, stop_an_init, stop_an_init, kill_the_host, stop_the_host]
    with Stream(server) as stream:
        for _ in range(ROUNDS):
            stream.wait_for_progress()
            order.choice(faults)(server, order)
            time.sleep(order.uniform(0, 0.1))  # the next fault at another moment of a job's way
    assert stream.failure is None
    for job_id, (number, result) in stream.results.items():
        assert (result["status"], result["stdout"]) == ("completed", job(number)[1]), f"{number}: {json.dumps(result)}"
        assert server.client.result(job_id) == result, "a final result never changes"
    assert counted_ends(server.client) == len(stream.results), "each job ended once"
    wait_until(lambda: len(inits_of(server)) == SLOTS, 20, "every slot")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "stopped"])
def test_an_init_that_goes_in_the_middle_of_a_run_costs_a_second_run(server, number):
    """And no more: neither the job nor its limit."""
    before = wait_until(lambda: len(found := inits_of(server)) == SLOTS and found, 20, "every slot")
    job_id = server.client.submit("import time\ntime.sleep(1)\nprint('ran')", limits={"wallTimeMs": 10_000})
    server.client.wait_until_running(job_id)
    busy = wait_until(lambda: busy_inits_of(server) & set(before), 20, "a program in a slot")
    for pid in busy:
        os.kill(pid, number)
    result = server.client.wait_for(job_id)
    assert (result["status"], result["stdout"]) == ("completed", "ran\n")
    assert result["wallTimeMs"] < 5000
    wait_until(lambda: not any(is_alive(pid) for pid in busy), 20, "the old init gone")
    wait_until(lambda: len(inits_of(server)) == SLOTS, 20, "every slot")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "stopped"])
def test_an_init_that_goes_at_rest_is_replaced_before_a_job_comes(server, number):
    before = wait_until(lambda: len(found := inits_of(server)) == SLOTS and found, 20, "every slot")
    for pid in before:
        os.kill(pid, number)
    wait_until(lambda: len(now := inits_of(server)) == SLOTS and not set(now) & set(before), 20, "new slots")
    assert server.client.run("print('after')")["stdout"] == "after\n"


def test_stopped_inits_do_not_outlive_their_host_nor_the_launcher(server):
    """The host is held first, so that it cannot do away with them itself."""
    job_id = server.client.submit("import time\ntime.sleep(30)")
    server.client.wait_until_running(job_id)
    left = descendants(server.process.pid)
    os.kill(server.process.pid, signal.SIGSTOP)
    os.kill(host_of(server), signal.SIGSTOP)
    for pid in inits_of(server):
        os.kill(pid, signal.SIGSTOP)
    os.kill(server.process.pid, signal.SIGKILL)
    server.wait()
    wait_until(lambda: not any(is_alive(pid) for pid in left), 20, "every process gone")


def test_jobs_survive_the_launcher_and_a_restart(server):
    client = server.client
    jobs = {client.submit(**job(number)[0]): job(number)[1] for number in range(60)}
    wait_until(lambda: sum(client.result(one)["status"] in FINAL for one in jobs) > 10, 30, "some of them done")
    left = descendants(server.process.pid)
    os.kill(server.process.pid, signal.SIGKILL)
    server.wait()
    wait_until(lambda: not any(is_alive(pid) for pid in left), 20, "every process gone")
    server.start()
    for job_id, output in jobs.items():
        result = server.client.wait_for(job_id)
        assert (result["status"], result["stdout"]) == ("completed", output), result
