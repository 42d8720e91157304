"""code-exec in containers without --privileged: the options that docs/security.md names are enough, each is needed,
and where one is missing `doctor` says which."""
import json
import os
import pathlib
import re

import pytest

from client import Client, wait_until
from daemon import CGROUPS, Daemon
from server import ROOT
from test_attacks import CANARY, CANARY_OUTPUT, PROGRAMS, check, head_of, listener, submission  # noqa: F401

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to start a dockerd")

PROFILE = ROOT / "deploy/docker/seccomp.json"
CAPABILITIES = ["CHOWN", "DAC_OVERRIDE", "KILL", "SETGID", "SETPCAP", "SETUID"]
CALLS = ["mount", "mount_setattr", "pivot_root", "sethostname", "setns", "umount2", "unshare"]
DEFAULT_OF_DOCKER = object()
START_BOUND_S = 60


@pytest.fixture(scope="session")
def daemon():
    made = Daemon()
    try:
        yield made.start()
    finally:
        made.stop()


@pytest.fixture(scope="session")
def cgroup_options(daemon):
    """A group of the host's that the container may write to, and nothing else of the host's groups."""
    if (CGROUPS / "cgroup.controllers").exists():
        return ["--security-opt", "writable-cgroups=true"]
    options = ["--cgroup-parent", f"/{daemon.group}"]
    # Controllers that are mounted together have links to one directory.
    for hierarchy in sorted({(CGROUPS / one).resolve() for one in ("memory", "pids", "cpu", "cpuacct")}):
        (hierarchy / daemon.group).mkdir(exist_ok=True)
        options += ["--volume", f"{hierarchy / daemon.group}:{hierarchy}:rw"]
    return options


def security_options(seccomp=PROFILE, systempaths="unconfined"):
    options = ["--network", "host"]
    if seccomp is not DEFAULT_OF_DOCKER:
        options += ["--security-opt", f"seccomp={seccomp}"]
    if systempaths is not DEFAULT_OF_DOCKER:
        options += ["--security-opt", f"systempaths={systempaths}"]
    if pathlib.Path("/sys/module/apparmor/parameters/enabled").exists():
        options += ["--security-opt", "apparmor=unconfined"]
    return options


def capability_options(names):
    return ["--cap-drop", "ALL", *(f"--cap-add={name}" for name in names)]


AS_ROOT = []
AS_ROOT_WITH_SIX = capability_options(CAPABILITIES)
AS_USER = ["--user", "1000:1000", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"]
WITHOUT_CGROUPS = "--without-cgroups"


def doctor(daemon, options, *arguments):
    ran = daemon.run(options, "code-exec", "doctor", "--json", *arguments)
    report = json.loads(ran.stdout) if ran.stdout else pytest.fail(f"no report: {ran}")
    assert ran.returncode == (0 if report["ok"] else 1), ran
    return report


def failed(report):
    return {one["name"]: one["detail"] for one in report["checks"] if not one["passed"]}


@pytest.mark.parametrize("who", [AS_ROOT, AS_ROOT_WITH_SIX, AS_USER], ids=["root", "root with six", "user"])
def test_doctor_is_well_with_the_documented_options(daemon, who):
    assert failed(doctor(daemon, [*security_options(), *who], WITHOUT_CGROUPS)) == {}


@pytest.mark.parametrize("who", [AS_ROOT, AS_ROOT_WITH_SIX], ids=["root", "root with six"])
def test_doctor_is_well_with_cgroups(daemon, cgroup_options, who):
    report = doctor(daemon, [*security_options(), *who, *cgroup_options])
    assert failed(report) == {}
    assert "container" in {one["name"] for one in report["checks"]}


@pytest.mark.parametrize("who", [AS_ROOT, AS_USER], ids=["root", "user"])
def test_without_the_profile(daemon, who):
    said = failed(doctor(daemon, [*security_options(seccomp=DEFAULT_OF_DOCKER), *who], WITHOUT_CGROUPS))
    assert set(said) == {"user namespaces", "confined run"}
    assert "seccomp=deploy/docker/seccomp.json" in said["user namespaces"]
    assert "user namespace: unshare" in said["confined run"]


@pytest.mark.parametrize("who", [AS_ROOT, AS_USER], ids=["root", "user"])
def test_without_system_paths(daemon, who):
    said = failed(doctor(daemon, [*security_options(systempaths=DEFAULT_OF_DOCKER), *who], WITHOUT_CGROUPS))
    assert set(said) == {"proc", "confined run"}
    assert "/proc/keys" in said["proc"] and "systempaths=unconfined" in said["proc"]
    assert "proc: Operation not permitted" in said["confined run"]


@pytest.mark.parametrize("who", [AS_ROOT, AS_USER], ids=["root", "user"])
def test_without_a_writable_group(daemon, who):
    said = failed(doctor(daemon, [*security_options(), *who]))
    assert set(said) == {"cgroups", "confined run"}
    assert "--cgroup-parent" in said["cgroups"] or "writable-cgroups=true" in said["cgroups"]
    assert "--without-cgroups" in said["cgroups"]


@pytest.mark.parametrize("missing", CAPABILITIES)
def test_root_without_one_of_the_six_capabilities(daemon, missing):
    others = [name for name in CAPABILITIES if name != missing]
    said = failed(doctor(daemon, [*security_options(), *capability_options(others)], WITHOUT_CGROUPS))
    assert f"CAP_{missing}:" in said["ids"]
    assert "--cap-add" in said["ids"] and "--user" in said["ids"]


@pytest.mark.parametrize("missing", CALLS)
def test_a_profile_without_one_of_the_calls(daemon, tmp_path, missing):
    profile = json.loads(PROFILE.read_text())
    for rule in profile["syscalls"]:
        rule["names"] = [name for name in rule["names"] if name != missing]
    lacking = tmp_path / "seccomp.json"
    lacking.write_text(json.dumps(profile))
    said = failed(doctor(daemon, [*security_options(seccomp=lacking), *AS_USER], WITHOUT_CGROUPS))
    if missing == "unshare":
        assert "seccomp=" in said["user namespaces"]
    else:
        assert f"refused: {missing}: " in said["system calls"]
    assert "confined run" in said


def allowed_by(specification):
    """Calls that are allowed whatever their arguments."""
    return {name for rule in specification["linux"]["seccomp"]["syscalls"]
            if rule["action"] == "SCMP_ACT_ALLOW" and not rule.get("args") for name in rule["names"]}


def test_the_profile_allows_no_more_than_docker_and_what_is_documented(daemon):
    allowed = {}
    for name, options in (("default", []), ("ours", ["--security-opt", f"seccomp={PROFILE}"])):
        container = daemon.start_container(["--network", "none", *options], "sleep", "60")
        allowed[name] = allowed_by(daemon.specification(container))
        daemon.docker("rm", "--force", container)
    source = (ROOT / "src/sandbox/host/seccomp_filter.cc").read_text()
    of_runs = set(re.findall(r'"(\w+)"', source[source.index("auto allowed ="):source.index("auto refused =")]))
    more = allowed["ours"] - allowed["default"]
    assert set(CALLS) <= more
    # An engine that is older than the profile does not know every call that runs may make.
    assert more - set(CALLS) <= of_runs
    assert of_runs - {"chroot"} <= allowed["ours"] | {"clone", "socket", "personality"}


MODES = {"root with cgroups": (AS_ROOT_WITH_SIX, True), "user": (AS_USER, False)}


@pytest.fixture(scope="module", params=MODES.values(), ids=MODES.keys())
def served(request, daemon, cgroup_options):
    """A server in a container, its client, and whether it has cgroups."""
    who, with_cgroups = request.param
    command = ["code-exec", "serve", "--listen", "127.0.0.1:0", "--data-dir", "/tmp/data", "--concurrency", "2"]
    container = daemon.start_container([*security_options(), *who, *(cgroup_options if with_cgroups else [])],
                                       *command, *([] if with_cgroups else [WITHOUT_CGROUPS]))

    def address():
        logs = daemon.docker("logs", container)
        found = re.search(r" serving address=127\.0\.0\.1:(\d+)$", logs.stdout + logs.stderr, re.MULTILINE)
        running = daemon.docker("inspect", "--format", "{{.State.Running}}", container).stdout.strip()
        assert running == "true", logs
        return found and int(found.group(1))

    client = Client("127.0.0.1", wait_until(address, START_BOUND_S, "the server's address"))
    wait_until(lambda: client.get("/readyz").status == 200, START_BOUND_S, "the server ready")
    yield client, with_cgroups
    stopped = daemon.docker("stop", container)
    assert stopped.returncode == 0, stopped
    code = daemon.docker("inspect", "--format", "{{.State.ExitCode}}", container).stdout.strip()
    assert code == "0", daemon.docker("logs", container)
    daemon.docker("rm", container)


def test_programs_run(served):
    client, _ = served
    assert client.run("print('Hello, World!')")["result"] == "Hello, World!"
    result = client.run('#include <stdio.h>\nint main(void) { puts("from C"); return 3; }', language="c")
    assert (result["stdout"], result["exitCode"]) == ("from C\n", 3)


# What is seen differently by a user without cgroups: too much memory is the program's own error, CPU time is bounded in
# whole seconds, and the slot's first process is of the same user outside: signals reach it, and it does not hear them.
SEEN_BY_A_USER = {"m01_big_object": {"reason": "memory_limit", "stderr_has": "MemoryError"},
                  "c01_spin": {"cpu_ms_between": [200, 3000]},
                  "p09_kill_the_judge": {"stdout": "parent ok\ninit ok ok ok\ncontrol ok\n"}}


@pytest.mark.parametrize("name", ["p01_fork_bomb", "m01_big_object", "f01_host_secrets", "p09_kill_the_judge",
                                  "w03_host_loopback", "c01_spin", "n01_user_namespace", "f15_remount",
                                  "p05_daemon_left_behind", "m04_tmpfs_as_memory", "f04_other_processes"])
def test_attack(served, listener, name):
    client, with_cgroups = served
    path = PROGRAMS / f"{name}.py"
    head = head_of(path)
    if not with_cgroups:
        head.update(SEEN_BY_A_USER.get(name, {}))
    answer = client.post("/submit-code?wait=true",
                         submission(path, head, [str(listener)] if head.get("listener") else []))
    assert answer.status == 200, answer
    check(head, answer.json)
    assert client.run(CANARY)["stdout"] == CANARY_OUTPUT, "the program after the attack"
