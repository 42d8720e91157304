"""Runs every program in programs/ through the real service and holds what came of it against what its head says
must be seen. After each, and beside each, an ordinary program must give its ordinary result. See README.md."""
import json
import os
import pathlib
import socket
import subprocess
import threading
import tomllib

import pytest

from server import Server, descendants
from client import SLOWNESS, wait_until

PROGRAMS = pathlib.Path(__file__).parent / "programs"
LANGUAGES = {".py": ("python", "#: "), ".c": ("c", "//: ")}
HELPER = "attack.py"
CANARY = "print(sum(range(1000)))"
CANARY_OUTPUT = "499500\n"
KNOWN = {"tries", "reason", "signal", "exit_code", "stdout", "stdout_in", "stdout_has", "stdout_bytes", "stderr_has",
         "limits", "truncated", "wall_ms_max", "cpu_ms_between", "memory_bytes_max", "after", "listener"}


def head_of(path):
    mark = LANGUAGES[path.suffix][1]
    lines = [line.removeprefix(mark) for line in path.read_text().splitlines() if line.startswith(mark)]
    head = tomllib.loads("\n".join(lines))
    assert "tries" in head and set(head) <= KNOWN, f"{path.name}: the head says {sorted(head)}"
    return head


def submission(path, head, args=()):
    language = LANGUAGES[path.suffix][0]
    files = [{"name": HELPER, "content": (PROGRAMS / HELPER).read_text()}] if language == "python" else []
    return {"code": path.read_text(), "language": language, "files": files, "args": list(args),
            "limits": limits_of(head)}


def limits_of(head):
    """Those of a program that must come to its end are no tighter on a slow machine."""
    limits = head.get("limits", {})
    if "reason" in head:
        return limits
    return {name: value * (SLOWNESS if name in ("cpuTimeMs", "wallTimeMs") else 1) for name, value in limits.items()}


def check(head, result):
    """What must be seen; without a reason of its own a program must simply complete."""
    reasons = head.get("reason", "completed")
    reasons = [reasons] if isinstance(reasons, str) else reasons
    seen = result["reason"] or result["status"]
    assert seen in reasons, result
    for key, field in (("signal", "signal"), ("exit_code", "exitCode"), ("stdout", "stdout"), ("truncated", "truncated")):
        if key in head:
            assert result[field] == head[key], result
    if "stdout_in" in head:
        assert result["stdout"] in head["stdout_in"], result
    if "stdout_has" in head:
        assert head["stdout_has"] in result["stdout"], result
    if "stdout_bytes" in head:
        assert len(result["stdout"]) == head["stdout_bytes"], result
    if "stderr_has" in head:
        assert head["stderr_has"] in result["stderr"], result
    if "wall_ms_max" in head:
        assert result["wallTimeMs"] <= head["wall_ms_max"] * SLOWNESS, result
    if "cpu_ms_between" in head:
        low, high = head["cpu_ms_between"]
        assert low <= result["cpuTimeMs"] <= high * SLOWNESS, result
    if "memory_bytes_max" in head:
        assert result["memoryBytes"] <= head["memory_bytes_max"], result


def footprint(server):
    """What a sandbox may not leave more of on the host: processes, mounts, groups and descriptors of the host."""
    processes = descendants(server.process.pid)
    groups = subprocess.run(["find", "/sys/fs/cgroup", "-maxdepth", "6", "-type", "d", "-name", "slot-*"],
                            capture_output=True, text=True).stdout.splitlines()
    tasks = [pid for group in groups for pid in (pathlib.Path(group) / "cgroup.procs").read_text().split()]
    return {"processes": len(processes), "mounts": len(pathlib.Path("/proc/self/mountinfo").read_text().splitlines()),
            "groups": len(groups), "tasks in groups": len(tasks),
            "descriptors": sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in processes)}


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """Two workers: a program beside an attack, and the one after it in the attack's slot or its successor."""
    if os.geteuid() != 0:
        pytest.skip("limits on whole runs need cgroups, and cgroups need root here")
    made = Server(tmp_path_factory.mktemp("attacks") / "data", "--concurrency", "2").start()
    yield made
    made.stop()


@pytest.fixture
def listener():
    """A server of the host on loopback that answers whoever reaches it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        reached = socket.create_connection(listening.getsockname(), 5)  # the control: from outside it can be reached
        listening.accept()[0].close()
        reached.close()
        yield listening.getsockname()[1]


def run_canary(client, seen):
    seen.append(client.run(CANARY)["stdout"])


@pytest.mark.parametrize("path", sorted(p for p in PROGRAMS.iterdir() if p.suffix in LANGUAGES and p.name != HELPER),
                         ids=lambda path: path.stem)
def test_attack(server, listener, path):
    head = head_of(path)
    client = server.client
    if "after" in head:
        before = PROGRAMS / head["after"]
        check(head_of(before), client.post("/submit-code?wait=true", submission(before, head_of(before))).json)
    args = [str(listener)] if head.get("listener") else []
    beside = []
    neighbour = threading.Thread(target=run_canary, args=(client, beside))
    neighbour.start()
    answer = client.post("/submit-code?wait=true", submission(path, head, args))
    neighbour.join()
    assert answer.status == 200, answer
    check(head, answer.json)
    assert beside == [CANARY_OUTPUT], "the program beside the attack"
    assert client.run(CANARY)["stdout"] == CANARY_OUTPUT, "the program after the attack"


def test_nothing_is_left_behind(server):
    """Attacks of every kind, several times: afterwards there is no more of anything than before."""
    kinds = ["p01_fork_bomb", "p06_double_fork_all_closed", "m01_big_object", "m04_tmpfs_as_memory", "d05_deep_tree",
             "c05_children_nobody_waits_for", "w07_own_loopback", "n10_not_pid_one"]
    client = server.client
    client.run(CANARY)
    wait_until(lambda: footprint(server)["tasks in groups"] == 0, 20, "empty groups")
    before = footprint(server)
    for _ in range(3):
        for kind in kinds:
            path = PROGRAMS / f"{kind}.py"
            check(head_of(path), client.post("/submit-code?wait=true", submission(path, head_of(path))).json)
    client.run(CANARY)

    def settled():
        now = footprint(server)
        return all(now[what] <= before[what] for what in before)

    try:
        wait_until(settled, 20, "the footprint of the start")
    except AssertionError as late:
        raise AssertionError(f"{late}: {json.dumps(before)} then {json.dumps(footprint(server))}") from late
