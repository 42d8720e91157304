"""What a client was promised holds when processes die: a job with an id is run, and has one result."""
import glob
import os
import signal
import threading

from client import FINAL, wait_until
from server import descendants, is_alive, stat_of

JOBS = 200


def counting_job(number):
    # Some work, so that a kill finds jobs in every state.
    return f"import time\ntime.sleep(0.02)\nprint({number} ** 2)"


def test_jobs_survive_the_death_of_every_process(make_server):
    server = make_server("--concurrency", "4").start()
    client = server.client
    ids = [client.submit(counting_job(number)) for number in range(JOBS)]
    wait_until(lambda: client.result(ids[JOBS // 4])["status"] in FINAL, 60, "a quarter of the jobs done")
    before = {job_id: client.result(job_id) for job_id in ids}
    server.kill_all()
    assert any(result["status"] not in FINAL for result in before.values()), "killed too late to mean anything"

    server.start()
    client = server.client
    for number, job_id in enumerate(ids):
        result = client.wait_for(job_id, bound_s=120)
        assert result["status"] == "completed", result
        assert result["result"] == str(number ** 2)
        if before[job_id]["status"] in FINAL:
            assert result == before[job_id], "a final result never changes"
    listed = client.get("/api/v1/jobs?limit=100").json
    assert len(listed["jobs"]) == 100


def test_submissions_cut_off_by_a_kill_are_all_or_nothing(make_server):
    server = make_server().start()
    client = server.client
    accepted = []
    enough = threading.Event()

    def submit_until_killed():
        try:
            for number in range(10_000):
                accepted.append((client.submit(f"print({number})"), number))
                if number == 50:
                    enough.set()
        except (OSError, AssertionError, ValueError):
            pass
        except Exception:  # http.client's own, when the answer is cut in the middle
            pass
        finally:
            enough.set()

    thread = threading.Thread(target=submit_until_killed)
    thread.start()
    assert enough.wait(60)
    server.kill_all()
    thread.join(60)
    assert len(accepted) > 50

    server.start()
    for job_id, number in accepted:
        assert server.client.wait_for(job_id)["result"] == str(number)


def test_a_job_that_was_running_is_run_again(make_server, tmp_path):
    server = make_server().start()
    job_id = server.client.submit("import time; time.sleep(3); print('done')")
    server.client.wait_until_running(job_id)
    server.kill_all()
    server.start()
    assert server.client.wait_for(job_id)["result"] == "done"


def test_sigterm_lets_running_jobs_end_and_keeps_the_rest(make_server):
    server = make_server("--concurrency", "1", "--drain-timeout", "20").start()
    client = server.client
    running = client.submit("import time; time.sleep(1); print('ran')")
    client.wait_until_running(running)
    waiting = [client.submit(f"print({number})") for number in range(5)]
    server.terminate()
    assert server.wait() == 0

    server.start()
    assert server.client.result(running)["result"] == "ran", "it ended before the server did"
    for number, job_id in enumerate(waiting):
        assert server.client.wait_for(job_id)["result"] == str(number)


def test_sigterm_gives_up_runs_that_take_longer_than_the_drain_timeout(make_server):
    server = make_server("--drain-timeout", "0.3").start()
    job_id = server.client.submit("import time; time.sleep(3); print('done')")
    server.client.wait_until_running(job_id)
    server.terminate()
    assert server.wait() == 0
    server.start()
    assert server.client.wait_for(job_id)["result"] == "done"


def test_sigterm_answers_who_waits_for_a_running_job(make_server):
    server = make_server("--drain-timeout", "20").start()
    answers = []
    code = "import time; time.sleep(1.5); print('waited')"
    thread = threading.Thread(target=lambda: answers.append(server.client.run(code)))
    thread.start()
    wait_until(lambda: any(job["status"] == "running" for job in server.client.get("/api/v1/jobs").json["jobs"]),
               30, "the job running")
    server.terminate()
    assert server.wait() == 0
    thread.join(30)
    assert answers and answers[0]["result"] == "waited"


def test_an_idle_server_stops_at_once(make_server):
    server = make_server().start()
    server.terminate(signal.SIGINT)
    assert server.wait(5) == 0


def host_and_service(server):
    """The launcher's two children: the sandbox host has slots below it, the service has nobody."""
    children = [pid for pid in descendants(server.process.pid)
                if (stat := stat_of(pid)) and stat[1] == server.process.pid]
    hosts = [pid for pid in children if descendants(pid)]
    services = [pid for pid in children if pid not in hosts]
    return (hosts[0], services[0]) if len(hosts) == 1 and len(services) == 1 else None


def test_jobs_survive_the_death_of_the_sandbox_host(make_server):
    server = make_server("--concurrency", "2").start()
    client = server.client
    ids = [client.submit(counting_job(number)) for number in range(60)]
    for finished in (10, 30):
        wait_until(lambda: client.result(ids[finished])["status"] in FINAL, 60, f"{finished} jobs done")
        host, _ = wait_until(lambda: host_and_service(server), 20, "a sandbox host with slots")
        os.kill(host, signal.SIGKILL)
    for number, job_id in enumerate(ids):
        result = client.wait_for(job_id)
        assert (result["status"], result["result"]) == ("completed", str(number ** 2)), result
    wait_until(server.is_ready, 20, "the server ready again")


def test_nothing_outlives_the_launcher(make_server):
    server = make_server("--concurrency", "2").start()
    server.client.wait_until_running(server.client.submit("import time\ntime.sleep(60)"))
    # The job may wait for the first slot still.
    wait_until(lambda: host_and_service(server), 20, "a sandbox host with slots")
    left = descendants(server.process.pid)
    os.kill(server.process.pid, signal.SIGKILL)
    server.wait()
    wait_until(lambda: not any(is_alive(pid) for pid in left), 20, "every process gone")


def test_nothing_is_left_in_shared_memory_by_one_that_is_killed(make_server):
    server = make_server("--concurrency", "2").start()
    pids = [server.process.pid, *descendants(server.process.pid)]
    server.kill_all()
    assert [pid for pid in pids if glob.glob(f"/dev/shm/*-{pid}")] == []


def test_a_service_that_dies_takes_the_rest_with_it(make_server):
    server = make_server("--concurrency", "2").start()
    left = descendants(server.process.pid)
    _, service = wait_until(lambda: host_and_service(server), 20, "a sandbox host with slots")
    os.kill(service, signal.SIGKILL)
    assert server.wait() == 128 + signal.SIGKILL
    wait_until(lambda: not any(is_alive(pid) for pid in left), 20, "every process gone")
