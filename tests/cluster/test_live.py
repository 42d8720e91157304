"""What a program prints and is told, where a command service has the clients and a worker elsewhere the program."""
import contextlib

from client import wait_until
from live import Events, output_of, submit, talk

TICKS = "import sys\nfor line in sys.stdin: print('said', line.strip(), flush=True)\nprint('bye')"


def test_output_comes_while_the_program_runs_and_input_reaches_it(cluster):
    job = submit(cluster.client, TICKS, interactive=True)
    with talk(cluster.client, job) as conversation:
        conversation.send({"type": "stdin", "data": "one\n"})
        assert conversation.receive_until("stdout")[-1]["data"] == "said one\n"
        late = Events(cluster.client, job)  # comes late, and is told all
        assert late.next()["event"] == "status"
        assert late.next()["data"] == {"data": "said one\n"}
        conversation.send({"type": "eof"})
        assert conversation.receive_until("result")[-1]["job"]["stdout"] == "said one\nbye\n"
        rest = late.rest()
    assert output_of(rest) == "bye\n"
    assert rest[-1]["event"] == "result"


def test_signals_reach_it(cluster):
    job = submit(cluster.client, "import signal\nprint('ready', flush=True)\nwhile True: signal.pause()")
    with talk(cluster.client, job) as conversation:
        conversation.receive_until("stdout")
        conversation.send({"type": "signal", "signal": "SIGTERM"})
        assert conversation.receive_until("result")[-1]["job"]["signal"] == 15


def test_much_output_is_whole(cluster):
    job = submit(cluster.client, "import sys\nsys.stdin.readline()\nfor i in range(20000): print(i, '\u20ac' * 10)",
                 interactive=True)
    with talk(cluster.client, job) as conversation:
        conversation.send({"type": "stdin", "data": "go\n"})
        messages = conversation.receive_until("result")
    result = messages[-1]["job"]
    assert result["status"] == "completed"
    assert "".join(one["data"] for one in messages if one["type"] == "stdout") == result["stdout"]


def test_a_job_that_nobody_watches_leaves_nothing_in_redis(cluster):
    before = cluster.redis.ask("DBSIZE")
    cluster.client.run("print('x' * 100000)")
    # Its entries in the queues are what there may be more of.
    streams = [key for key in cluster.redis.ask("--scan", "--pattern", "*code-exec-live:*").split() if key]
    watched = {key: cluster.redis.ask("PTTL", key) for key in streams}
    assert all(int(left) > 0 for left in watched.values()), (before, watched)


def test_the_watch_goes_on_when_redis_was_away(make_cluster):
    cluster = make_cluster()
    job = submit(cluster.client, TICKS, interactive=True, limits={"wallTimeMs": 60000})
    with talk(cluster.client, job) as conversation:
        conversation.send({"type": "stdin", "data": "one\n"})
        conversation.receive_until("stdout")
        cluster.redis.kill()
        cluster.redis.start()
        wait_until(lambda: cluster.client.get("/readyz").status == 200, 30, "the command service ready again")
        conversation.send({"type": "stdin", "data": "two\n"})
        conversation.send({"type": "eof"})
        result = conversation.receive_until("result")[-1]["job"]
    assert result["stdout"] == "said one\nsaid two\nbye\n"


def test_a_worker_that_starts_a_job_again_is_shown_from_its_beginning(make_cluster):
    cluster = make_cluster(workers=2)
    job = submit(cluster.client, "import os, time\nprint('begun', flush=True)\ntime.sleep(600)",
                 limits={"wallTimeMs": 120000})
    events = Events(cluster.client, job)
    while (event := events.next())["event"] != "stdout":
        pass
    running = [worker for worker in cluster.workers
               if b"code_exec_slots_busy 1" in worker.client.get("/metrics").raw] or cluster.workers[:1]
    with contextlib.suppress(OSError):
        running[0].kill_all()
    run = event["id"].split(":")[0]
    while (event := events.next()) and event["id"].split(":")[0] == run:
        pass
    assert event["event"] == "status"
    while (event := events.next())["event"] != "stdout":
        pass
    assert event["data"] == {"data": "begun\n"}
    cluster.client.delete(f"/api/v1/jobs/{job}")
