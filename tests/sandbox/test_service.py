"""Attacks that take more than one program, or more than a program: many at once, deaths of ours, limits met at the same
instant. The life of the service beyond what programs do to it is in tests/e2e."""
import contextlib
import os
import pathlib
from concurrent.futures import ThreadPoolExecutor

import pytest

from client import wait_until
from conftest import MODES, make_server
from machine import cgroup_version, footprint, host_groups_of
from server import descendants, stat_of

MIB = 1 << 20
SETTLE_BOUND_S = 20
HOLD = 'open("/proc/self/comm", "w").write("holding")\nimport time\ntime.sleep(60)\n'


@pytest.fixture(scope="module")
def wide_servers(open_directory):
    made = {}
    yield made
    for one in made.values():
        one.stop()


@pytest.fixture(params=MODES)
def wide_server(request, wide_servers, open_directory):
    """Room for many programs at once."""
    mode = request.param
    if mode not in wide_servers:
        made = make_server(mode, open_directory / f"wide-{mode}", "--concurrency", "6")
        wide_servers[mode] = made.start()
    return wide_servers[mode]


def at_once(count, action):
    """What the action gave for each number below `count`; all are under way at the same time."""
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(action, range(count)))


def test_two_hundred_requests_at_once_each_get_their_own_answer(wide_server):
    results = at_once(200, lambda number: wide_server.client.run(f"print({number} ** 3)"))
    assert [result["result"] for result in results] == [str(number ** 3) for number in range(200)]


def test_programs_that_use_much_of_their_own_memory_do_not_share_a_bound(wide_server):
    code = "x = bytearray(33 << 20)\nfor at in range(0, len(x), 4096): x[at] = 1\nprint('fits')"
    results = at_once(3, lambda _: wide_server.client.run(code, limits={"memoryBytes": 70 * MIB}))
    assert [result["result"] for result in results] == ["fits"] * 3


def test_programs_at_one_time_are_different_users(wide_server):
    client = wide_server.client
    jobs = [client.submit(HOLD) for _ in range(6)]
    try:
        holding = wait_until(lambda: six_holding(wide_server), SETTLE_BOUND_S, "six programs running")
        users = [pathlib.Path(f"/proc/{pid}").stat().st_uid for pid in holding]
        if wide_server.mode == "root":
            assert len(set(users)) == 6 and 0 not in users and os.getuid() not in users
        else:
            # Without root there is but one user to be; the kernel keeps their bounds apart by namespace.
            assert len({os.readlink(f"/proc/{pid}/ns/user") for pid in holding}) == 6
    finally:
        for job in jobs:
            client.delete(f"/api/v1/jobs/{job}")
        for job in jobs:
            client.wait_for(job)


def six_holding(server):
    found = []
    for pid in descendants(server.process.pid):
        with contextlib.suppress(OSError):
            if pathlib.Path(f"/proc/{pid}/comm").read_text() == "holding\n":
                found.append(pid)
    return found if len(found) == 6 else None


@pytest.mark.parametrize("wide_server", ["root"], indirect=True)
def test_a_program_beside_many_spinning_processes_gets_its_share(wide_server):
    programs = ["import os\nfor _ in range(5): os.fork()\nwhile True: pass", "while True: pass"]
    limits = {"cpuTimeMs": 60000, "wallTimeMs": 2000}
    many, one = at_once(2, lambda number: wide_server.client.run(programs[number], limits=limits))
    assert many["reason"] == one["reason"] == "wall_time_limit"
    # One process can use one processor, 32 can use all. If each counted for itself it would have a 32nd of theirs.
    assert one["cpuTimeMs"] > many["cpuTimeMs"] / os.cpu_count() / 3, (many, one)


def test_programs_that_end_at_their_limit_have_one_ending_and_harm_no_other(wide_server):
    """Kills and ends at the same instant: whoever is killed is the one that was meant."""
    client = wide_server.client

    def run(number):
        if number % 2:
            return client.run(f"print({number})")
        # As long as it sleeps is always too short, and the last never is; the others may end either way.
        wall_ms = (60, 90, 120, 160, 10000)[number % 5]
        return client.run("import time\ntime.sleep(0.06)\nprint('slept')", limits={"wallTimeMs": wall_ms})

    with ThreadPoolExecutor(12) as pool:
        results = list(pool.map(run, range(200)))
    endings = set()
    for number, result in enumerate(results):
        if number % 2:
            assert (result["status"], result["result"]) == ("completed", str(number)), result
            continue
        ending = result["status"] if result["status"] == "completed" else result["reason"]
        endings.add(ending)
        if ending == "completed":
            assert result["stdout"] == "slept\n", result
        else:
            # Killed as it ended: what it had printed is kept.
            assert ending == "wall_time_limit" and result["stdout"] in ("", "slept\n"), result
        assert client.result(result["jobId"]) == result, "a final result never changes"
    assert endings == {"completed", "wall_time_limit"}, "sleeps on both sides of the limit"


def processes_of_ours(server):
    """Launcher, host and service: what is not a slot."""
    launcher = server.process.pid
    return {launcher} | {pid for pid in descendants(launcher) if stat_of(pid) and stat_of(pid)[1] == launcher}


def test_running_out_of_memory_ends_no_process_of_ours(wide_server):
    before = processes_of_ours(wide_server)
    assert len(before) == 3
    code = "kept = []\nwhile True: kept.append(bytearray(b'x') * (1 << 20))"
    for result in at_once(12, lambda _: wide_server.client.run(code, limits={"memoryBytes": 64 * MIB})):
        assert result["reason"] == "memory_limit", result
    assert processes_of_ours(wide_server) == before
    assert wide_server.client.run("print('after')")["result"] == "after"


def resident_bytes(pid):
    fields = dict(line.split(":", 1) for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(fields["VmRSS"].split()[0]) << 10


def test_many_runs_leave_no_more_of_anything(wide_server):
    """Descriptors, processes, groups, mounts and memory of ours stay as they are, however a run ends."""
    client = wide_server.client
    files = [{"name": f"d/{number}", "content": "x" * 1000} for number in range(20)]
    endings = [("print(open('d/7').read()[0])", {}, None), ("raise SystemExit(3)", {}, "runtime_error"),
               ("import os; os.kill(os.getpid(), 9)", {}, "signal"),
               ("import time; time.sleep(9)", {"wallTimeMs": 100}, "wall_time_limit"),
               ("print('x' * 100000, flush=True); import os; os.fork(); print(1)", {"outputBytes": 1000}, None)]

    def run(number):
        code, limits, reason = endings[number % len(endings)]
        result = client.run(code, files=files, limits=limits)
        assert result["reason"] == reason, result

    def look():
        return {**footprint(wide_server),
                "memory": sum(resident_bytes(pid) for pid in processes_of_ours(wide_server)) // (8 * MIB)}

    def run_many(count):
        with ThreadPoolExecutor(12) as pool:
            list(pool.map(run, range(count)))

    run_many(60)  # what is made once is made now
    wait_until(lambda: look()["tasks in groups"] == 0, SETTLE_BOUND_S, "empty groups")
    before = look()
    run_many(150)

    def settled():
        now = look()
        return all(now[what] <= before[what] for what in before if what != "memory") and \
            now["memory"] <= before["memory"] + 1

    wait_until(settled, SETTLE_BOUND_S, f"no more than {before}")


def test_a_host_that_was_killed_leaves_nothing_to_the_next(open_directory):
    server = make_server("root", open_directory / "killed", "--concurrency", "4")
    server.start()

    def mounts():
        return footprint(server)["mounts of the host"]

    try:
        # Before the jobs, for slots that are being replaced have no mounts to compare with.
        server.client.run("print('a slot is made')")
        before = wait_until(mounts, SETTLE_BOUND_S, "slots with mounts")
        jobs = [server.client.submit(HOLD, limits={"wallTimeMs": 1000}) for _ in range(8)]
        server.client.wait_until_running(jobs[0])
        groups = host_groups_of(server)
        assert groups
        server.kill_all()
        server.start()
        for job in jobs:
            assert server.client.wait_for(job)["reason"] == "wall_time_limit"
        assert host_groups_of(server) and not any(group.exists() for group in groups)
        wait_until(lambda: mounts() == before, SETTLE_BOUND_S, f"{before} mounts of the host")
    finally:
        server.stop()


def test_a_run_that_cannot_join_its_group_does_not_start(open_directory):
    # No run waits in a group, so that it can be removed.
    server = make_server("root", open_directory / "joining", "--concurrency", "1", "--cold")
    server.start()
    try:
        server.client.run("print('every slot has its group')")
        wait_until(lambda: footprint(server)["tasks in groups"] == 0, 20, "empty groups")
        slots = [slot for group in host_groups_of(server) for slot in group.glob("slot-*")]
        assert slots
        for slot in slots:
            slot.rmdir()
        result = server.client.run("print('ran')")
        if cgroup_version() == "cgroup v2":  # where a run's group is made for it, and so made again
            assert result["status"] == "completed" and result["memoryBytes"] > 0, result
        else:
            assert (result["status"], result["reason"], result["stdout"]) == ("failed", "internal_error", ""), result
    finally:
        server.stop()
