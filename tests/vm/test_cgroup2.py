"""The service under cgroup v2, in every place where it can be started: limits hold, and groups come and go. Runs in the
machine of `make test-cgroup2` alone."""
import os
import re
import signal
import subprocess

import pytest

from client import SLOWNESS, wait_until
from places import BOUND_S, HIERARCHY, LEAF, USER, Place, processes_in
from server import is_alive, stat_of

MIB = 1 << 20
CANARY = "print(sum(range(1000)))"
SERVICE = "system.slice/test.service"
SESSION = "user.slice/session-1.scope"
PLACES = {
    "root in the root group": lambda: Place(),
    "root in the group of a service": lambda: Place(SERVICE),
    "a user in a group of its own": lambda: Place(SERVICE, user=USER, delegated=True),
}


@pytest.fixture(params=PLACES.values(), ids=PLACES.keys(), scope="module")
def place(request):
    made = request.param()
    yield made
    made.clear()


@pytest.fixture(scope="module")
def server(place):
    """One for all tests that leave it as it was."""
    made = place.server()
    yield made
    made.stop()
    assert place.host_groups() == [], "groups after the end"


@pytest.fixture
def service():
    """The group of a service, for root."""
    made = Place("system.slice/other.service")
    yield made
    made.clear()


def run(server, code, **limits):
    return server.client.run(code, limits=limits)


def works(server):
    return server.client.run(CANARY)["stdout"] == "499500\n"


def slots_of(host_group):
    return sorted(host_group.glob("slot-*"))


def test_a_run_is_in_a_group_with_its_limits(place, server):
    job = server.client.submit("import time\ntime.sleep(60)",
                               limits={"memoryBytes": 96 * MIB, "processes": 7, "wallTimeMs": 120_000})
    (host_group,) = place.host_groups()
    (slot,) = wait_until(lambda: [one for one in slots_of(host_group) if processes_in(one)], BOUND_S, "a run")
    seen = {name: (slot / name).read_text().strip()
            for name in ("memory.max", "memory.swap.max", "memory.oom.group", "pids.max", "cpu.weight")}
    assert server.client.delete(f"/api/v1/jobs/{job}").status == 200
    assert seen == {"memory.max": str(96 * MIB), "memory.swap.max": "0", "memory.oom.group": "1", "pids.max": "7",
                    "cpu.weight": "50"}
    wait_until(lambda: not processes_in(slot), BOUND_S, "nobody in the group")


def test_memory_of_one_process(server):
    assert run(server, "x = bytearray(10**9)", memoryBytes=64 * MIB)["reason"] == "memory_limit"


def test_memory_of_all_processes_together(server):
    code = """
import os, time
for _ in range(4):
    if os.fork() == 0:
        x = bytearray(30 * 2**20)
        time.sleep(30)
        os._exit(0)
while True:
    os.wait()
"""
    assert run(server, code, memoryBytes=80 * MIB)["reason"] == "memory_limit"


def test_a_child_that_runs_out_of_memory_ends_the_run(server):
    code = """
import os, sys
if os.fork() == 0:
    x = bytearray(10**9)
os.wait()
print("the parent went on")
"""
    result = run(server, code, memoryBytes=64 * MIB)
    assert result["reason"] == "memory_limit"
    assert result["stdout"] == ""


def test_shared_mappings_and_files_are_memory(server):
    shared = "import mmap\nx = mmap.mmap(-1, 200 * 2**20)\nx.write(b'x' * len(x))"
    assert run(server, shared, memoryBytes=64 * MIB)["reason"] == "memory_limit"
    files = "open('/tmp/big', 'wb').write(b'x' * (60 * 2**20))"
    assert run(server, files, memoryBytes=40 * MIB)["reason"] == "memory_limit"


def test_the_peak_of_a_run_is_its_own(server):
    """More of each than there are slots: groups of runs before are used again."""
    for _ in range(6):
        assert 100 * MIB <= run(server, "x = b'x' * (100 * 2**20)")["memoryBytes"] <= 140 * MIB
    for _ in range(6):
        assert 1 * MIB <= run(server, "print(1)")["memoryBytes"] <= 30 * MIB


def test_processes_and_threads_are_counted_together(server):
    code = """
import os, threading, time
made = 0
try:
    for _ in range(3):
        threading.Thread(target=time.sleep, args=(30,), daemon=True).start()
        made += 1
    for _ in range(50):
        if os.fork() == 0:
            time.sleep(30)
            os._exit(0)
        made += 1
except OSError:
    pass
print(made, flush=True)
os._exit(0)
"""
    assert run(server, code, processes=10)["stdout"] == "9\n"


def test_cpu_time_of_all_processes_together(server):
    """Children that are never waited for, on both processors."""
    code = "import os\nos.fork()\nos.fork()\nwhile True: pass"
    result = run(server, code, cpuTimeMs=1000)
    assert result["reason"] == "time_limit"
    assert 1000 <= result["cpuTimeMs"] <= 1000 + 100 * SLOWNESS


def test_cpu_time_is_reported(server):
    code = "import time\nwhile time.process_time() < 1: pass"
    assert 950 <= run(server, code)["cpuTimeMs"] <= 1000 + 200 * SLOWNESS


def test_runs_leave_no_groups(place, server):
    """Nor the remains of groups: those that the kernel keeps since something of theirs is still charged."""
    def counted(key):
        return int(re.search(rf"{key} (\d+)", (place.group / "cgroup.stat").read_text())[1])

    groups = counted("nr_descendants")
    kept = counted("nr_dying_descendants")
    for _ in range(20):
        assert works(server)
        assert run(server, "open('/tmp/a', 'w').write('a' * 10**6)")["status"] == "completed"
        assert run(server, "x = bytearray(10**9)", memoryBytes=64 * MIB)["reason"] == "memory_limit"
    wait_until(lambda: counted("nr_descendants") <= groups, BOUND_S, "no more groups than before")
    wait_until(lambda: counted("nr_dying_descendants") <= kept + 5, BOUND_S, f"no more remains than {kept}")


def test_doctor_is_content(place):
    told = place.call("doctor")
    assert "✓ cgroups: v2" in told.stdout, told
    assert "✓ confined run" in told.stdout, told


def host_groups_of(server, place):
    """A host's group is named after it, and it is a child of the process that was started."""
    return [group for group in place.host_groups() if stat_of(group.suffix[1:]) and
            stat_of(group.suffix[1:])[1] == server.process.pid]


def start_a_long_run(place, server):
    """The job's id and the group of its host, when the run is in its own."""
    job = server.client.submit("import os, time\nos.fork()\ntime.sleep(100)", limits={"wallTimeMs": 120_000})
    (host_group,) = host_groups_of(server, place)
    wait_until(lambda: any(processes_in(slot) for slot in slots_of(host_group)), BOUND_S, "a run")
    return job, host_group


def test_after_kill_9_of_everything(place, server):
    """The next one removes the groups of the one before."""
    first = place.server("killed")
    job, host_group = start_a_long_run(place, first)
    first.kill_all()
    assert host_group.exists()
    second = place.server("killed")
    assert works(second)
    wait_until(lambda: not host_group.exists(), BOUND_S, "the groups of the dead host gone")
    assert works(server), "the one beside it"
    second.client.delete(f"/api/v1/jobs/{job}")
    second.stop()


def test_after_kill_9_of_the_host(place):
    made = place.server("host")
    job, host_group = start_a_long_run(place, made)
    os.kill(int(host_group.suffix[1:]), signal.SIGKILL)
    wait_until(lambda: not host_group.exists(), BOUND_S, "the groups of the dead host gone")
    assert works(made)
    made.client.delete(f"/api/v1/jobs/{job}")
    made.stop()


def test_two_side_by_side(place, server):
    """Neither disturbs the other, and one that ends takes only its own."""
    beside = place.server("beside")
    assert works(server) and works(beside)
    assert len(place.host_groups()) == 2
    assert run(beside, "x = bytearray(10**9)", memoryBytes=64 * MIB)["reason"] == "memory_limit"
    beside.stop()
    assert place.host_groups() == host_groups_of(server, place)
    assert works(server)


def test_who_is_in_the_group_of_the_service_moves_to_a_leaf(service):
    """A group with processes cannot have groups with limits. 1000 are more than one read gives, and they fork."""
    crowd = subprocess.Popen(
        [*service.through(), "python3", "-c",
         "import os, signal\nfor _ in range(999):\n    if os.fork() == 0: signal.pause()\nprint(flush=True)\nsignal.pause()"],
        stdout=subprocess.PIPE)
    crowd.stdout.readline()
    forking = subprocess.Popen([*service.through(), "sh", "-c", "while :; do /bin/true; done"])
    made = service.server()
    assert works(made)
    assert processes_in(service.group) == []
    assert len(processes_in(service.group / LEAF)) > 1000
    assert is_alive(crowd.pid) and is_alive(forking.pid)
    made.stop()
    (service.group / "cgroup.kill").write_text("1")
    crowd.wait(BOUND_S)
    forking.wait(BOUND_S)


def test_a_user_without_a_group_is_told_how_to_get_one():
    place = Place(SESSION, user=USER)
    try:
        for told in (place.call("serve", "--listen", "127.0.0.1:0", "--data-dir", "data"), place.call("doctor")):
            assert told.returncode == 1, told
            words = told.stdout + told.stderr
            for word in (str(place.group), "Permission denied", "Delegate=yes", "systemd-run", "--without-cgroups"):
                assert word in words, told
        assert list(place.group.iterdir()) and not list(place.group.glob("code-exec*")), "nothing was made"
        given_up = place.call("doctor", "--without-cgroups")
        assert "✓ confined run" in given_up.stdout, given_up
    finally:
        place.clear()


def test_a_group_without_a_controller_is_named():
    place = Place(SESSION, user=USER, delegated=True)
    (place.group.parent / "cgroup.subtree_control").write_text("-cpu")
    try:
        told = place.call("doctor")
        assert told.returncode == 1
        assert "controller cpu" in told.stdout and str(place.group) in told.stdout, told
        assert HIERARCHY.joinpath(SESSION).exists()
    finally:
        place.clear()
