"""Programs of programs/ and a few of its own in containers: `--isolation oci:RUNTIME`, for each runtime installed.
The same must be seen as in the cage, and nothing may be left behind, whatever dies. See README.md."""
import os
import pathlib
import shutil
import signal
import subprocess

import pytest

from client import wait_until
from server import BINARY, Server, descendants, environment, is_alive
from test_attacks import CANARY, CANARY_OUTPUT, PROGRAMS, check, head_of, listener, submission  # noqa: F401

RUNTIMES = ["runc", "crun"]
ATTACKS = [
    "a03_socket_buffers", "a07_limits_of_init", "c01_spin", "c05_children_nobody_waits_for", "d05_deep_tree", "f01_host_secrets",
    "f04_other_processes", "f07_kernel_files", "f12_write_to_the_runtime", "f15_remount", "g01_leave_the_group",
    "g06_after_out_of_memory", "k02_dangerous_calls", "m01_big_object", "m04_tmpfs_as_memory", "m14_inodes",
    "n01_user_namespace", "n06_uid_map", "n10_not_pid_one", "n11_no_privilege", "o02_stderr_flood", "o08_stray_descriptors",
    "o15_forged_status", "p01_fork_bomb", "p05_daemon_left_behind", "p06_double_fork_all_closed", "p09_kill_the_judge",
    "p10_ptrace", "p17_clone_parent", "w03_host_loopback", "w07_own_loopback", "z10_memory_of_the_one_before"]
# What a runtime puts into a container beside what we ask for.
SEEN_IN_A_CONTAINER = {"f07_kernel_files": {"stdout": "['/dev/tty'] sandbox sandbox control ok\n"}}
SLEEPER = "import time\nprint('asleep', flush=True)\ntime.sleep(100)"
SETTLE_BOUND_S = 20


def runtime_or_skip(runtime):
    if os.geteuid() != 0:
        pytest.skip("containers of an OCI runtime need root")
    if not shutil.which(runtime):
        pytest.skip(f"{runtime} is not installed")
    return runtime


def groups_of(pid):
    """Directories of the groups that the sandbox host `pid` has made, in every hierarchy."""
    return subprocess.run(["find", "/sys/fs/cgroup", "-type", "d", "-path", f"*/code-exec.{pid}*"],
                          capture_output=True, text=True).stdout.split()


def mounts():
    return len(pathlib.Path("/proc/self/mountinfo").read_text().splitlines())


def children(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return []  # it has ended


def host_of(server):
    """The launcher's child that has made groups."""
    return next((int(pid) for pid in children(server.process.pid) if groups_of(pid)), None)


@pytest.fixture(scope="module", params=RUNTIMES)
def runtime(request):
    return runtime_or_skip(request.param)


@pytest.fixture(scope="module")
def server(runtime, tmp_path_factory):
    made = Server(tmp_path_factory.mktemp(runtime) / "data", "--concurrency", "2", "--isolation", f"oci:{runtime}")
    yield made.start()
    made.stop()


@pytest.mark.parametrize("name", ATTACKS)
def test_attack_in_a_container(server, listener, name):  # noqa: F811
    path = PROGRAMS / f"{name}.py"
    head = head_of(path)
    if "after" in head:
        before = PROGRAMS / head["after"]
        check(head_of(before), server.client.post("/submit-code?wait=true", submission(before, head_of(before))).json)
    args = [str(listener)] if head.get("listener") else []
    answer = server.client.post("/submit-code?wait=true", submission(path, head, args))
    assert answer.status == 200, answer
    check({**head, **SEEN_IN_A_CONTAINER.get(name, {})}, answer.json)
    assert server.client.run(CANARY)["stdout"] == CANARY_OUTPUT, "the program after the attack"


def test_exit_codes_and_signals_are_told(server):
    assert server.client.run("import sys; sys.exit(7)")["exitCode"] == 7
    killed = server.client.run("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    assert (killed["reason"], killed["signal"]) == ("signal", 9)
    late = server.client.run(SLEEPER, limits={"wallTimeMs": 1500})
    assert (late["reason"], late["stdout"]) == ("wall_time_limit", "asleep\n")


def test_figures_are_the_programs_alone(server):
    """Neither the runtime's time nor its memory count."""
    result = server.client.run(CANARY)
    assert result["cpuTimeMs"] < 1000 and result["wallTimeMs"] < 5000, result
    assert 1 << 20 < result["memoryBytes"] < 32 << 20, result
    small = server.client.run("print(1)", limits={"processes": 1, "memoryBytes": 16 << 20})
    assert small["stdout"] == "1\n", small


def test_a_compiler_and_what_it_made(server):
    code = '#include <stdio.h>\nint main(void) { char name[9]; scanf("%8s", name); printf("hello %s\\n", name); return 4; }'
    result = server.client.run(code, language="c", stdin="world")
    assert (result["stdout"], result["exitCode"]) == ("hello world\n", 4), result
    broken = server.client.run("int main(void) { return x; }", language="c")
    assert broken["reason"] == "compile_error" and "undeclared" in broken["compileOutput"], broken


def test_many_at_once(server):
    ids = [server.client.submit(f"print({n})") for n in range(12)]
    assert [server.client.wait_for(job)["stdout"] for job in ids] == [f"{n}\n" for n in range(12)]


def test_nothing_is_left_behind(runtime, tmp_path):
    """Neither after runs of every kind, nor when the host dies in the middle of one, nor at the end."""
    mounts_before = mounts()
    server = Server(tmp_path / "data", "--concurrency", "2", "--isolation", f"oci:{runtime}").start()
    first_host = host_of(server)
    for name in ("p01_fork_bomb", "m01_big_object", "p06_double_fork_all_closed"):
        path = PROGRAMS / f"{name}.py"
        check(head_of(path), server.client.post("/submit-code?wait=true", submission(path, head_of(path))).json)

    # Every slot's keeper, alone again.
    wait_until(lambda: len(children(first_host)) == 4 and not any(map(children, children(first_host))), SETTLE_BOUND_S,
               "slots with nobody but their keepers")
    assert mounts() == mounts_before

    sleeper = server.client.submit(SLEEPER)
    server.client.wait_until_running(sleeper)
    wait_until(lambda: len(descendants(first_host)) > 4, SETTLE_BOUND_S, "the sleeper's container")
    confined = descendants(first_host)
    os.kill(first_host, signal.SIGKILL)
    wait_until(lambda: not any(map(is_alive, confined)), SETTLE_BOUND_S, "the end of all that the host had started")
    assert server.client.run(CANARY)["stdout"] == CANARY_OUTPUT, "the next host's first program"
    server.client.delete(f"/api/v1/jobs/{sleeper}")
    wait_until(lambda: not groups_of(first_host), SETTLE_BOUND_S, "the groups of the dead host removed")

    second_host = host_of(server)
    server.kill_all()
    server.start()
    assert server.client.run(CANARY)["stdout"] == CANARY_OUTPUT, "the program after the death of all"
    wait_until(lambda: not groups_of(second_host), SETTLE_BOUND_S, "the groups of the second host removed")

    third_host = host_of(server)
    server.stop()
    assert not groups_of(third_host)
    assert mounts() == mounts_before


def command(*arguments, path=None):
    changes = {"PATH": path} if path else {}
    return subprocess.run([BINARY, *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=60,
                          env=environment(**changes))


def test_doctor_tries_the_runtime(runtime):
    well = command("doctor", "--isolation", f"oci:{runtime}")
    assert well.returncode == 0 and f"/{runtime}\n" in well.stdout, well


def test_what_is_no_runtime_is_told(tmp_path):
    runtime_or_skip(RUNTIMES[0])
    absent = command("doctor", "--isolation", "oci:no-such-runtime")
    assert absent.returncode == 1 and "no program no-such-runtime in PATH" in absent.stdout, absent
    failing = tmp_path / "failing"
    failing.write_text("#!/bin/sh\nwhile [ \"$1\" != --log ]; do shift; done\necho 'it is out of order' >\"$2\"\nexit 1\n")
    failing.chmod(0o755)
    program = tmp_path / "program.py"
    program.write_text("print('never')")
    failed = command("run", str(program), "--isolation", f"oci:{failing}")
    assert failed.returncode == 125 and not failed.stdout, failed
    assert "it is out of order" in failed.stderr and "confine: container" in failed.stderr, failed
    without = command("run", str(program), "--isolation", f"oci:{RUNTIMES[0]}", "--without-cgroups")
    assert without.returncode == 125 and "control groups" in without.stderr, without
    wrong = command("run", str(program), "--isolation", "vault")
    assert wrong.returncode == 2 and "oci:runc" in wrong.stderr, wrong
