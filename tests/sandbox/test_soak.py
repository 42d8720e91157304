"""Thousands of short jobs of every kind through two workers: every outcome is right, and in the end there is no more
of anything than after the warm-up. CODE_EXEC_SOAK_JOBS (1500) is their number; `make soak` runs 20,000."""
import itertools
import os
import pathlib
import random
import time

import pytest

from client import wait_until
from keep_alive import KeepAliveClient, in_threads
from machine import FILES_OF_A_WAITING_RUN, is_waiting_run
from processes import host_of, inits_of, service_of
from server import Server, descendants

JOBS = int(os.environ.get("CODE_EXEC_SOAK_JOBS", "1500"))
WARM_UP = min(1000, JOBS // 2)
CLIENTS = 6
SLOTS = 4  # two workers, and a spare slot for each
OWN_UIDS = range(60600, 61184)  # of the service, the cage and the slots
KIB, MIB = 1 << 10, 1 << 20

FORKS = """import os, time
count = 0
while True:
    try:
        if os.fork() == 0:
            time.sleep(60)
    except BlockingIOError:
        break
    count += 1
print(count)
"""
SOCKETS = """import os, socket, time
listening = socket.create_server(("127.0.0.1", 0))
pairs = [(socket.create_connection(listening.getsockname()), listening.accept()) for _ in range(10)]
held = [socket.socketpair() for _ in range(50)]
if os.fork() == 0:
    time.sleep(60)
print("left")
"""
FILES = """for i in $(seq 50); do > f$i; > /tmp/f$i; > /dev/shm/f$i; done
head -c 1000000 /dev/zero > big; mkfifo fifo; ln -s / link; chmod 0 .; echo left
"""
SHARED_MEMORY = "ipcmk -M 100000 -Q -S 4 > /dev/null && head -c 100000 /dev/zero > /dev/shm/x && echo left"
DAEMONS = "sleep 60 & (setsid sleep 60 &) ; (trap '' TERM HUP; exec sleep 60) & echo left"


def python(code, **more):
    return {"code": code, "language": "python", **more}


def bash(code, **more):
    return {"code": code, "language": "bash", **more}


def prints(stdout, **more):
    return {"status": "completed", "stdout": stdout, **more}


def fails(reason, **more):
    return {"status": "failed", "reason": reason, **more}


# How often of 1000, what is run and what must be seen of it.
KINDS = [
    (500, lambda n: (bash(f"echo $(({n} * {n}))"), prints(f"{n * n}\n"))),
    (80, lambda n: (python(f"print({n} ** 2)"), prints(f"{n * n}\n"))),
    (60, lambda n: (bash("cat; cat data/in", stdin=f"stdin {n} ", files=[{"name": "data/in", "content": f"file {n}"}]),
                    prints(f"stdin {n} file {n}"))),
    (80, lambda n: (bash(f"exit {n % 255 + 1}"), fails("runtime_error", exitCode=n % 255 + 1))),
    (60, lambda n: (bash("kill -SEGV $$"), fails("signal", signal=11))),
    (60, lambda n: (bash(DAEMONS), prints("left\n"))),
    (50, lambda n: (bash(FILES), prints("left\n"))),
    (25, lambda n: (bash(SHARED_MEMORY), prints("left\n"))),
    (20, lambda n: (python(SOCKETS), prints("left\n"))),
    (20, lambda n: (python(FORKS, limits={"processes": 8}), prints("7\n"))),
    (20, lambda n: (python("x = bytearray(10 ** 9)", limits={"memoryBytes": 32 * MIB}), fails("memory_limit"))),
    (10, lambda n: (bash("yes | head -c 300000", limits={"outputBytes": 100_000}),
                    prints("y\n" * 50_000, truncated=True))),
    (5, lambda n: (bash("yes", limits={"outputBytes": 1000}), fails("output_limit", truncated=True))),
    (5, lambda n: (bash("while :; do :; done", limits={"cpuTimeMs": 100}), fails("time_limit"))),
    (3, lambda n: (bash("sleep 60", limits={"wallTimeMs": 300}), fails("wall_time_limit"))),
    (2, lambda n: ({"code": f"int main() {{ return {n} }}", "language": "c"}, fails("compile_error"))),
]
assert sum(often for often, _ in KINDS) == 1000


def job(number):
    """The same for a number each time, and every kind among few numbers."""
    weights = [often for often, _ in KINDS]
    if number < len(KINDS):
        return KINDS[number][1](number)
    return random.Random(number).choices(KINDS, weights)[0][1](number)


def run_jobs(server, numbers):
    """Each through one of a few clients that keep their connections; every result is looked at."""
    left = iter(numbers)

    def work(_):
        client = KeepAliveClient(server.client.host, server.client.port)
        for number in left:  # next() of a range's iterator is atomic
            submission, seen = job(number)
            answer = client.post("/submit-code?wait=true", submission)
            assert answer.status == 200, (number, answer)
            result = answer.json
            assert {key: result[key] for key in seen} == seen, (number, result)

    in_threads(CLIENTS, work)


def owned_files(directory):
    """How many of a shared directory's entries are ours."""
    found = 0
    for entry in os.scandir(directory):
        try:
            found += entry.stat(follow_symlinks=False).st_uid in OWN_UIDS
        except FileNotFoundError:
            pass
    return found


def system_v_objects():
    lines = itertools.chain.from_iterable(
        pathlib.Path(f"/proc/sysvipc/{kind}").read_text().splitlines()[1:] for kind in ("shm", "sem", "msg"))
    return sum(1 for line in lines if any(word.isdigit() and int(word) in OWN_UIDS for word in line.split()))


def groups_of(host):
    """Of this host alone: other servers have groups beside it."""
    found = [path for path in pathlib.Path("/sys/fs/cgroup").rglob(f"code-exec.{host}/slot-*") if path.is_dir()]
    tasks = [task for path in found for task in (path / "cgroup.procs").read_text().split()]
    return len(found), sum(not is_waiting_run(task) for task in tasks)


def footprint(server):
    """What there may be no more of."""
    host = host_of(server)
    groups, grouped = groups_of(host)
    everyone = [server.process.pid, *descendants(server.process.pid)]
    # How many runs wait in slots for their job depends on the jobs before.
    processes = [pid for pid in everyone if not is_waiting_run(pid)]
    kept = [path for path in server.directory.rglob("*") if path.is_file() and "cache" not in path.parts]
    return {
        "processes": len(processes),
        "descriptors": sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in processes) -
                       FILES_OF_A_WAITING_RUN * (len(everyone) - len(processes)),
        "mounts": sum(len(pathlib.Path(f"/proc/{pid}/mountinfo").read_text().splitlines()) for pid in processes),
        "groups": groups,
        "processes in groups": grouped,
        "files in the data directory": len(kept),
        "files elsewhere": sum(owned_files(directory) for directory in ("/tmp", "/var/tmp", "/dev/shm")),
        "System V objects": system_v_objects(),
    }


def settled_footprint(server):
    """Once the last slots are cleared or made anew, and the connections of clients are closed."""
    def at_rest():
        try:
            first = footprint(server)
            time.sleep(0.2)
            second = footprint(server)
        except OSError:  # a process or a group that just went
            return None
        at_rest = first == second and first["processes in groups"] == 0 and len(inits_of(server)) == SLOTS
        return second if at_rest else None

    return wait_until(at_rest, 30, "a server at rest")


def memory_bytes(pid):
    lines = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    return {line.split(":")[0]: int(line.split()[1]) * KIB for line in lines}


def test_thousands_of_jobs_leave_nothing_behind(tmp_path):
    if os.geteuid() != 0:
        pytest.skip("limits on whole runs need cgroups, and cgroups need root here")
    server = Server(tmp_path / "data", "--concurrency", "2").start()
    try:
        run_jobs(server, range(WARM_UP))
        host, service = host_of(server), service_of(server)
        before = settled_footprint(server)
        memory_before = {pid: memory_bytes(pid) for pid in (host, service)}
        began = time.monotonic()
        run_jobs(server, range(WARM_UP, JOBS))
        seconds = time.monotonic() - began
        after = settled_footprint(server)
        memory_after = {pid: memory_bytes(pid) for pid in (host, service)}
        print(f"jobs={JOBS} jobs_per_second={(JOBS - WARM_UP) / seconds:.0f}")
        print(f"footprint before={before} after={after}")
        for name, pid in (("host", host), ("service", service)):
            print(name, {key: (memory_before[pid][key], memory_after[pid][key]) for key in ("Rss", "Pss", "Private_Dirty")})
        assert (host, service) == (host_of(server), service_of(server)), "neither had to be started again"
        assert all(after[what] <= before[what] for what in before), (before, after)
        for what in ("Rss", "Pss"):
            assert memory_after[host][what] <= memory_before[host][what] * 1.05 + MIB, f"{what} of the host"
        # The store keeps 16 MiB of what it read and wrote at hand.
        assert memory_after[service]["Rss"] <= memory_before[service]["Rss"] + 24 * MIB, "memory of the service"
    finally:
        server.stop()
