"""Runs every program in programs/ through the real service, started by root and by an ordinary user, and holds what
came of it against what its head says must be seen. After each, and beside each, an ordinary program must give its
ordinary result. See README.md."""
import json
import pathlib
import socket
import threading
import tomllib

import pytest

from client import SLOWNESS, wait_until
from machine import cgroup_version, footprint

PROGRAMS = pathlib.Path(__file__).parent / "programs"
LANGUAGES = {".py": ("python", "#: "), ".c": ("c", "//: ")}
HELPER = "attack.py"
CANARY = "print(sum(range(1000)))"
CANARY_OUTPUT = "499500\n"
# What a head says of how a program is run, and of what must be seen.
SETUP = {"tries", "limits", "after", "listener", "needs"}
SEEN = {"reason", "signal", "exit_code", "stdout", "stdout_in", "stdout_has", "stdout_bytes", "stderr_has", "truncated",
        "wall_ms_max", "cpu_ms_between", "cpu_ms_printed", "memory_bytes_between", "memory_bytes_max"}
ELSEWHERE = {"cgroup v2": "decided in the virtual machine: make test-cgroup2",
             "cgroup v1": "decided on machines whose controllers are v1's"}
# How far the reported cpu time may be from what the program printed of itself; a process costs a little on its way.
CPU_TOLERANCE = 0.05


def head_of(path):
    mark = LANGUAGES[path.suffix][1]
    lines = [line.removeprefix(mark) for line in path.read_text().splitlines() if line.startswith(mark)]
    head = tomllib.loads("\n".join(lines))
    assert "tries" in head and set(head) <= SETUP | SEEN | {"unprivileged"}, f"{path.name}: the head says {sorted(head)}"
    assert head.get("needs", "cgroup v1") in ELSEWHERE, f"{path.name}: needs {head['needs']}"
    instead = head.get("unprivileged")
    assert not isinstance(instead, dict) or set(instead) <= SETUP | SEEN, f"{path.name}: {sorted(instead)}"
    return head


def head_for(path, mode):
    """The head as it holds for a server of that mode. Without root, what must be seen is another thing as a whole."""
    head = head_of(path)
    instead = head.pop("unprivileged", None)
    if mode == "root" or not isinstance(instead, dict):
        return head
    return {**{key: head[key] for key in SETUP & set(head)}, **instead}


def gap_of(path):
    """Why an unprivileged server cannot hold this off; None if it can."""
    instead = head_of(path).get("unprivileged")
    return instead if isinstance(instead, str) else None


ATTACKS = sorted(p for p in PROGRAMS.iterdir() if p.suffix in LANGUAGES and p.name != HELPER)
GAPS = [path for path in ATTACKS if gap_of(path)]
# A program of Python's is run both ways: forked from an interpreter that has started, and by one of its own.
STARTS = {".py": ("warm", "cold"), ".c": ("cold",)}
# What one version of control groups decides needs them, so it is not asked of the other server.
RUNS = [(mode, path, start) for mode in ("root", "unprivileged") for path in ATTACKS for start in STARTS[path.suffix]
        if mode == "root" or (path not in GAPS and "needs" not in head_of(path))]


def submission(path, head, args=(), start="warm"):
    language = LANGUAGES[path.suffix][0]
    files = [{"name": HELPER, "content": (PROGRAMS / HELPER).read_text()}] if language == "python" else []
    return {"code": path.read_text(), "language": language, "files": files, "args": list(args),
            "limits": limits_of(head), "warm": start == "warm"}


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
    if head.get("cpu_ms_printed"):
        own = int(result["stdout"])
        assert abs(result["cpuTimeMs"] - own) <= CPU_TOLERANCE * own, result
    if "memory_bytes_between" in head:
        low, high = head["memory_bytes_between"]
        assert low <= result["memoryBytes"] <= high, result
    if "memory_bytes_max" in head:
        assert result["memoryBytes"] <= head["memory_bytes_max"], result


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


def run_attack(server, listener, path, start):
    """The program's result, after the harm it did to others was found to be none."""
    head = head_for(path, server.mode)
    client = server.client
    if "after" in head:
        before = PROGRAMS / head["after"]
        result = client.post("/submit-code?wait=true", submission(before, head_for(before, server.mode), start=start)).json
        if server.mode == "root" or not gap_of(before):
            check(head_for(before, server.mode), result)
    args = [str(listener)] if head.get("listener") else []
    beside = []
    neighbour = threading.Thread(target=run_canary, args=(client, beside))
    neighbour.start()
    answer = client.post("/submit-code?wait=true", submission(path, head, args, start))
    neighbour.join()
    assert answer.status == 200, answer
    assert beside == [CANARY_OUTPUT], "the program beside the attack"
    assert client.run(CANARY)["stdout"] == CANARY_OUTPUT, "the program after the attack"
    return answer.json


@pytest.mark.parametrize("server, path, start", RUNS, indirect=["server"],
                         ids=lambda value: getattr(value, "stem", value))
def test_attack(server, listener, path, start):
    head = head_for(path, server.mode)
    if (needed := head.get("needs")) not in (None, cgroup_version()):
        pytest.skip(f"needs {needed}; this machine has {cgroup_version()}; {ELSEWHERE[needed]}")
    check(head, run_attack(server, listener, path, start))


@pytest.mark.parametrize("server, path", [("unprivileged", path) for path in GAPS], indirect=["server"],
                         ids=lambda value: getattr(value, "stem", value))
def test_documented_gap(server, listener, path, record_gap):
    """What cannot be held without control groups: others are not harmed, and the gap is still there. If it is not,
    the head promises too little."""
    record_gap(path.stem, gap_of(path))
    result = run_attack(server, listener, path, "warm")
    with pytest.raises(AssertionError):
        check(head_of(path), result)


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
            head = head_for(path, server.mode)
            check(head, client.post("/submit-code?wait=true", submission(path, head)).json)
    client.run(CANARY)

    def settled():
        now = footprint(server)
        return all(now[what] <= before[what] for what in before)

    try:
        wait_until(settled, 20, "the footprint of the start")
    except AssertionError as late:
        raise AssertionError(f"{late}: {json.dumps(before)} then {json.dumps(footprint(server))}") from late
