"""As an ordinary user, and where something that the sandbox is made of is refused: what works, which words say what
does not, and with which exit code."""
import ctypes
import os
import pathlib
import shutil
import struct
import subprocess
import tempfile

import pytest

from server import BINARY, ROOT, Server, environment

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become an ordinary user who owns nothing")
USER = 65533
BECOME_USER = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"]


@pytest.fixture(scope="module")
def installed():
    """A directory that everybody may enter, with binary and runtimes; the clone may be in one that only root may."""
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        shutil.copy(BINARY, directory / "code-exec")
        shutil.copytree(ROOT / "runtimes", directory / "runtimes")
        (directory / "hello.py").write_text("print('hello')\nraise SystemExit(3)\n")
        (directory / "home").mkdir()
        os.chown(directory / "home", USER, USER)
        directory.chmod(0o755)
        yield directory


@pytest.fixture
def ordinary(installed):
    """Runs code-exec as the user. `within` is a shell command that does something first, in new user and mount
    namespaces in which the user is root."""
    def run(*arguments, within=None, **options):
        command = [*BECOME_USER]
        if within:
            command += ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", f'{within} && exec "$@"', "sh"]
        command += [installed / "code-exec", *arguments]
        return subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=60, cwd=installed,
                              env=environment(CODE_EXEC_RUNTIMES=str(installed / "runtimes")), **options)
    return run


def line_of(ran, check):
    """The doctor's line about one check, without its name: ("✗", "why; how to mend it")."""
    for line in ran.stdout.splitlines():
        mark, _, rest = line.partition(" ")
        if rest.startswith(check + ": "):
            return mark, rest.removeprefix(check + ": ")
    raise AssertionError(f"no line about {check}:\n{ran.stdout}\n{ran.stderr}")


def test_doctor_says_that_cgroups_are_not_the_users_and_what_to_do(ordinary):
    ran = ordinary("doctor")
    assert ran.returncode == 1
    mark, words = line_of(ran, "cgroups")
    assert mark == "✗"
    assert "not yours" in words and "--without-cgroups" in words
    assert line_of(ran, "confined run") == ("✗", "not tried, for want of the one above")


def test_doctor_is_well_without_cgroups(ordinary):
    ran = ordinary("doctor", "--without-cgroups")
    assert ran.returncode == 0, ran
    assert "All is well." in ran.stdout
    assert "newuidmap is not needed" in line_of(ran, "ids")[1]


def test_run_refuses_to_run_with_less_than_was_asked_for(ordinary):
    ran = ordinary("run", "hello.py")
    assert (ran.returncode, ran.stdout) == (125, "")
    assert "--without-cgroups" in ran.stderr


def test_run_without_cgroups(ordinary):
    ran = ordinary("run", "--without-cgroups", "hello.py")
    assert (ran.returncode, ran.stdout, ran.stderr) == (3, "hello\n", "")


def test_serve_refuses_to_start_with_less_than_was_asked_for(ordinary):
    ran = ordinary("serve", "--listen", "127.0.0.1:0", "--data-dir", "home/refused")
    assert ran.returncode == 1
    assert "--without-cgroups" in ran.stderr


def test_serve_without_cgroups(installed):
    server = Server(installed / "home" / "data", "--without-cgroups", "--runtimes", installed / "runtimes",
                    command=(*BECOME_USER, installed / "code-exec")).start()
    try:
        assert server.client.run("import os\nprint(os.getuid())")["stdout"] == "1000\n"
        assert server.directory.stat().st_uid == USER
    finally:
        server.stop()
    assert server.process.returncode == 0


CAPABILITIES = ["chown", "dac_override", "kill", "setgid", "setpcap", "setuid"]


def as_root_with(capabilities, *arguments):
    bounding = ",".join(["-all", *(f"+{name}" for name in capabilities)])
    return subprocess.run(["setpriv", f"--bounding-set={bounding}", BINARY, *arguments], capture_output=True, text=True,
                          timeout=60, env=environment())


def test_root_needs_six_capabilities_and_no_more():
    ran = as_root_with(CAPABILITIES, "doctor")
    assert ran.returncode == 0, ran


@pytest.mark.parametrize("missing", CAPABILITIES)
def test_root_without_one_of_the_six_is_told(missing):
    ran = as_root_with([name for name in CAPABILITIES if name != missing], "doctor")
    assert ran.returncode == 1
    mark, words = line_of(ran, "ids")
    assert mark == "✗"
    assert f"root here has no CAP_{missing.upper()}: " in words


def test_nothing_runs_that_could_not_be_killed(tmp_path):
    (tmp_path / "hello.py").write_text("print('hello')\n")
    ran = as_root_with([name for name in CAPABILITIES if name != "kill"], "run", str(tmp_path / "hello.py"))
    assert (ran.returncode, ran.stdout) == (125, ""), ran


def test_user_namespaces_that_are_not_to_be_had(ordinary):
    ran = ordinary("doctor", "--without-cgroups", within="echo 0 > /proc/sys/user/max_user_namespaces")
    assert ran.returncode == 1
    mark, words = line_of(ran, "user namespaces")
    assert mark == "✗"
    assert "user.max_user_namespaces" in words
    assert line_of(ran, "confined run")[0] == "✗"


def test_root_of_a_namespace_without_ids_to_hand_out(ordinary):
    ran = ordinary("doctor", "--without-cgroups", within="true")
    assert ran.returncode == 1
    mark, words = line_of(ran, "ids")
    assert mark == "✗"
    assert "60600" in words and "ordinary user" in words


def test_a_proc_of_which_a_part_is_hidden(ordinary):
    # Wherever a procfs is mounted: one that is visible in full is enough for the kernel.
    hide = """for place in $(awk '/ - proc /{print $5}' /proc/self/mountinfo); do
                mount --bind /dev/null $place/uptime; done"""
    ran = ordinary("doctor", "--without-cgroups", within=hide)
    assert ran.returncode == 1
    mark, words = line_of(ran, "proc")
    assert mark == "✗"
    assert "mounted over /proc/uptime: " in words
    assert "unmount that" in words or "systempaths=unconfined" in words  # the latter where this is a container


def test_a_dev_without_devices(ordinary):
    ran = ordinary("doctor", "--without-cgroups", within="mount -t tmpfs tmpfs /dev")
    assert ran.returncode == 1
    mark, words = line_of(ran, "devices")
    assert mark == "✗"
    assert "/dev/null, /dev/zero, /dev/full, /dev/random, /dev/urandom" in words


PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}


def refuse_pivot_root():
    """A system call filter on this process, as a service manager would put one: pivot_root answers EPERM."""
    libc = ctypes.CDLL(None, use_errno=True)
    load, equal, answer = 0x20, 0x15, 0x06
    allow, permission_denied = 0x7FFF0000, 0x00050001
    lines = [(load, 0, 0, 0), (equal, 0, 1, PIVOT_ROOT[os.uname().machine]), (answer, 0, 0, permission_denied),
             (answer, 0, 0, allow)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in lines))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(lines), ctypes.addressof(code)))
    no_new_privileges, seccomp, filter_mode = 38, 22, 2
    if libc.prctl(no_new_privileges, 1, 0, 0, 0) or libc.prctl(seccomp, filter_mode, program):
        raise OSError(ctypes.get_errno(), "prctl")


def test_a_system_call_that_a_filter_refuses(ordinary):
    ran = ordinary("doctor", "--without-cgroups", preexec_fn=refuse_pivot_root)
    assert ran.returncode == 1
    mark, words = line_of(ran, "system calls")
    assert mark == "✗"
    assert "refused: pivot_root: Operation not permitted; " in words
    assert "RestrictNamespaces=" in words or "seccomp=" in words  # the latter where this is a container
    assert "root file system: pivot_root" in line_of(ran, "confined run")[1]
