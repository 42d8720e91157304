"""BullMQ's own clients, workers and board on our queues (tests/interop/bullmq.mjs)."""
import collections
import json
import pathlib
import shutil
import subprocess
import threading

import pytest
from client import Client, wait_until

INTEROP = pathlib.Path(__file__).resolve().parent.parent / "interop"
BOUND_S = 120


@pytest.fixture(scope="session", autouse=True)
def packages():
    if not shutil.which("npm") or not shutil.which("node"):
        pytest.skip("needs node and npm")
    if not (INTEROP / "node_modules" / "bullmq").is_dir():
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=INTEROP, check=True, timeout=300,
                       stdout=subprocess.DEVNULL)


class Node:
    """The script at work on a cluster's Redis."""

    def __init__(self, cluster, *arguments):
        self.process = subprocess.Popen(["node", "bullmq.mjs", str(cluster.redis.port), *arguments], cwd=INTEROP,
                                        stdout=subprocess.PIPE, text=True)

    def line(self):
        line = self.process.stdout.readline()
        assert line, f"node ended with {self.process.wait(10)}"
        return json.loads(line)

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


def submit_many(cluster, programs):
    """The jobs' ids, submitted by a few clients at one time, in the programs' order."""
    ids = [None] * len(programs)
    numbers = iter(range(len(programs)))
    lock = threading.Lock()

    def submit():
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            ids[number] = cluster.client.submit(programs[number])

    threads = [threading.Thread(target=submit) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ids


def test_queue_events_hears_what_our_workers_do(cluster):
    with Node(cluster, "hear", "50") as node:
        assert node.line() == "ready"
        ids = submit_many(cluster, [f"print({number})" for number in range(49)] + ["raise SystemExit(3)"])
        heard = node.line()

    assert heard["seen"] == {"added": 50, "waiting": 50, "active": 50, "completed": 50}
    assert set(heard["completed"]) == set(ids)
    values = collections.Counter(json.dumps(value, sort_keys=True) for value in heard["completed"].values())
    assert values == {'{"reason": null, "status": "completed"}': 49,
                      '{"reason": "runtime_error", "status": "failed"}': 1}


def test_bullmq_reads_our_jobs(cluster):
    job_id = cluster.client.run("print(1)")["jobId"]
    wait_until(lambda: cluster.redis.ask("HGET", f"bull:code-exec:{job_id}", "returnvalue"), 10, "the entry completed")
    with Node(cluster, "read", job_id) as node:
        seen = node.line()

    assert seen.pop("counts")["completed"] > 0
    assert seen.pop("workers") == len(cluster.workers)
    assert seen == {"state": "completed", "name": "execCode", "data": {"jobId": job_id}, "attemptsMade": 1,
                    "returnvalue": {"status": "completed", "reason": None}, "inOrder": True}


def test_our_workers_run_what_bullmq_adds(cluster):
    cluster.redis.ask("HSET", "bull:code-save:meta", "paused", "1")
    ids = submit_many(cluster, [f"print({number})" for number in range(30)])
    with Node(cluster, "requeue", *ids) as node:
        node.line()

    assert [cluster.client.wait_for(job)["result"] for job in ids] == [str(number) for number in range(30)]


def test_a_worker_of_bullmq_and_ours_share_2000_jobs(make_cluster):
    cluster = make_cluster()
    with Node(cluster, "save-worker", "2000") as node:
        assert node.line() == "ready"
        ids = submit_many(cluster, [f"print({number})" for number in range(2000)])
        shared = node.line()

    assert [cluster.client.wait_for(job)["result"] for job in ids] == [str(number) for number in range(2000)]
    assert shared["failed"] == 0
    assert len(shared["taken"]) == len(set(shared["taken"])), "none twice"
    assert 0 < len(shared["taken"]) < 2000, "both had some"


def test_the_published_board_reads_our_queues(cluster):
    job_id = cluster.client.run("print('for the board')")["jobId"]
    wait_until(lambda: cluster.redis.ask("HGET", f"bull:code-exec:{job_id}", "returnvalue"), 10, "the entry completed")
    with Node(cluster, "board") as node:
        board = Client("127.0.0.1", node.line())
        page = board.get("/admin/queues/")
        listed = board.get("/admin/queues/api/queues?activeQueue=code-exec&status=completed&page=1&jobsPerPage=10").json
        job = board.get(f"/admin/queues/api/queues/code-exec/{job_id}").json

    assert page.status == 200 and b"static/js" in page.raw
    queues = {queue["name"]: queue for queue in listed["queues"]}
    assert set(queues) == {"code-save", "code-exec"}
    assert queues["code-exec"]["counts"]["completed"] > 0
    assert job_id in [one["id"] for one in queues["code-exec"]["jobs"]]
    assert job["job"]["data"] == {"jobId": job_id}
    assert job["status"] == "completed"
