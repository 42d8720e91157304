"""Runs that are forked from an interpreter that has started: what is particular to them. That a program cannot tell is
shown in tests/parity; that it is confined as any other, by the rest of this directory."""
import ctypes
import os
import pathlib
import re
import signal

import pytest

from client import SLOWNESS, wait_until
from conftest import make_server
from machine import is_waiting_run, wait_until_warm
from processes import children_of, host_of, inits_of, status_of
from server import descendants, is_alive

# Of the parent, whatever it says of itself: it maps our library, as its runs do.
IS_WARM = "print('code-exec-warm' in open('/proc/self/maps').read())"


@pytest.fixture
def warm_server(open_directory, request):
    name = re.sub(r"\W+", "-", request.node.name)
    server = make_server("root", open_directory / name, "--concurrency", "1").start()
    wait_until_warm(server)
    yield server
    server.stop()


def parents_of(server):
    """The interpreters that fork: children of the host's that share its pid namespace."""
    host = host_of(server)
    namespace = os.readlink(f"/proc/{host}/ns/pid")
    found = []
    for pid in children_of(host):
        try:
            if os.readlink(f"/proc/{pid}/ns/pid") == namespace and os.readlink(f"/proc/{pid}/exe").endswith("python3.11"):
                found.append(pid)
        except OSError:  # it has just ended
            pass
    return found


def is_warm(client, **fields):
    return client.run(IS_WARM, **fields)["stdout"] == "True\n"


def test_a_job_may_ask_for_an_interpreter_of_its_own(warm_server):
    assert is_warm(warm_server.client) and is_warm(warm_server.client, warm=True)
    assert not is_warm(warm_server.client, warm=False)


def test_an_operator_may_start_none(open_directory):
    server = make_server("root", open_directory / "all-cold", "--cold").start()
    try:
        assert not is_warm(server.client) and not parents_of(server)
    finally:
        server.stop()


@pytest.mark.parametrize("limits", [{"diskBytes": 1 << 20}, {"files": 100}], ids=["bytes", "files"])
def test_a_work_area_of_another_size_is_made_as_asked(warm_server, limits):
    code = "import os\nseen = os.statvfs('/box')\nprint(seen.f_blocks * seen.f_frsize, seen.f_files)"
    size, files = map(int, warm_server.client.run(code, limits=limits)["stdout"].split())
    assert size == limits.get("diskBytes", 64 << 20) and files - 4 == limits.get("files", 4096)


def test_jobs_of_every_kind_take_turns_in_the_slots(warm_server):
    """A run that waits in a slot is not in the way of another kind, nor is any beside it."""
    alone = "import os\nprint([name for name in os.listdir('/proc') if name.isdigit()], os.getpid())"
    for code in ("import json\n", "", "import sqlite3\n", "import re\n") * 3:
        assert warm_server.client.run(code + alone)["stdout"] == "['2'] 2\n"
        assert warm_server.client.run(code + alone, warm=False)["stdout"] == "['2'] 2\n"
        assert warm_server.client.run("echo $$; ls /proc | grep -c '^[0-9]'", language="bash")["stdout"].startswith("2\n")


def test_a_parent_that_dies_is_replaced_and_takes_no_run_with_it(warm_server):
    client = warm_server.client
    job = client.submit("import time\ntime.sleep(1)\nprint('ran')")
    client.wait_until_running(job)
    before = parents_of(warm_server)
    assert len(before) >= 3
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    assert client.wait_for(job)["stdout"] == "ran\n"
    assert client.run("print('meanwhile')")["stdout"] == "meanwhile\n"
    wait_until(lambda: len(now := parents_of(warm_server)) == len(before) and not set(now) & set(before), 30, "parents")
    wait_until(lambda: is_warm(client), 20, "a warm run")


def test_a_parent_that_hangs_is_replaced(warm_server):
    before = parents_of(warm_server)
    for pid in before:
        os.kill(pid, signal.SIGSTOP)
    wait_until(lambda: not any(is_alive(pid) for pid in before), 30, "the end of the old")
    assert warm_server.client.run("print('after')")["stdout"] == "after\n"
    wait_until(lambda: is_warm(warm_server.client), 30, "a warm run")


def test_a_waiting_run_that_dies_costs_no_job(warm_server):
    def waiting():
        return [pid for pid in descendants(warm_server.process.pid) if is_waiting_run(pid)]

    for pid in wait_until(waiting, 20, "a run that waits"):
        os.kill(pid, signal.SIGKILL)
    assert warm_server.client.run("print('after')")["stdout"] == "after\n"
    wait_until(lambda: is_warm(warm_server.client), 30, "a warm run")


def test_an_interpreter_that_cannot_be_warm_runs_cold(open_directory):
    """Here a shell, which never opens a script as the interpreter does."""
    runtimes = open_directory / "odd-runtimes"
    runtimes.mkdir()
    (runtimes / "odd.toml").write_text('''name = "odd"
source_file = "main.py"
[version]
argv = ["/bin/bash", "--version"]
pattern = 'version ([0-9.]+)'
[run]
argv = ["/bin/bash", "main.py"]
[warm]
bare = []
''')
    server = make_server("root", open_directory / "odd", "--runtimes", str(runtimes)).start()
    try:
        wait_until(lambda: 'warm parent not ready program="odd bare"' in server.log(), 20, "the word of it")
        assert server.client.run("echo $((6 * 7))", language="odd")["stdout"] == "42\n"
    finally:
        server.stop()


def test_a_program_that_stops_itself_ends_at_its_wall_limit(warm_server):
    code = "import os, signal\nprint('before', flush=True)\nos.kill(os.getpid(), signal.SIGSTOP)"
    result = warm_server.client.run(code, limits={"wallTimeMs": 500 * SLOWNESS})
    assert (result["reason"], result["stdout"]) == ("wall_time_limit", "before\n")


def test_orphans_of_a_warm_run_are_reaped_while_it_runs(warm_server):
    """Each of them would count as a process of the run until then, and the program could go no further."""
    code = """
import os, time
made = 0
while made < 300:
    try:
        child = os.fork()
    except BlockingIOError:
        time.sleep(0.001)
        continue
    if child == 0:
        try:
            os.fork()
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    made += 1
print('done')
"""
    result = warm_server.client.run(code, limits={"processes": 16})
    assert result["stdout"] == "done\n", result


def test_a_program_that_is_stopped_again_and_again_is_ended(warm_server):
    """Each time is work for the host, which no group of the program's pays for."""
    code = """
import os, signal
main = os.getpid()
if os.fork() == 0:
    while True:
        if open(f"/proc/{main}/stat").read().rpartition(")")[2].split()[0] == "T":
            os.kill(main, signal.SIGCONT)
while True:
    os.kill(main, signal.SIGSTOP)
"""
    wait_until(lambda: warm_server.client.run("import os, signal\n" + IS_WARM)["stdout"] == "True\n", 60, "its parent")
    result = warm_server.client.run(code, limits={"wallTimeMs": 20_000, "cpuTimeMs": 20_000})
    assert (result["reason"], result["signal"]) == ("signal", signal.SIGKILL), result


def test_nobody_in_a_slot_can_look_into_a_run_that_has_not_confined_itself(warm_server):
    """A fork is root of the cage at first. The slot's init, which is too, has not the right to look into it; and what it
    could be looked into for is not there: the host's procfs."""
    ptrace = 1 << 19
    for pid in inits_of(warm_server):
        status = status_of(pid)
        assert not any(int(status[sets].strip(), 16) & ptrace for sets in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"))
        assert int(status["CapEff"].strip(), 16), "the rest of them"
    def see_procfs():
        return [pid for pid in parents_of(warm_server) if " - proc " in pathlib.Path(f"/proc/{pid}/mountinfo").read_text()]

    wait_until(lambda: not see_procfs(), 60, "parents that have started")


def test_a_waiting_run_that_speaks_is_replaced(warm_server):
    """Whoever it is that speaks: nobody is heard there before a job comes."""
    libc = ctypes.CDLL(None, use_errno=True)
    waiting = wait_until(lambda: [pid for pid in descendants(warm_server.process.pid) if is_waiting_run(pid)], 20,
                         "a run that waits")
    for pid in waiting:
        process = os.pidfd_open(pid)
        sockets = libc.syscall(438, process, 3, 0)  # pidfd_getfd(2): its socket
        assert sockets >= 0 and os.write(sockets, b"x") == 1
        os.close(sockets)
        os.close(process)
    wait_until(lambda: not any(is_alive(pid) for pid in waiting), 20, "the end of them")
    wait_until(lambda: is_warm(warm_server.client), 30, "a warm run")


def readable_memory(pid):
    """The bytes of a process, region by region; what cannot be read is left out."""
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            begin, end = (int(part, 16) for part in line.split()[0].split("-"))
            try:
                memory.seek(begin)
                yield memory.read(end - begin)
            except (OSError, ValueError, OverflowError):
                pass


def test_no_byte_of_a_job_is_left_in_a_parent_an_init_or_the_next_run(warm_server):
    """The marker is put together, so that it is in no program that looks for it."""
    client, marker = warm_server.client, "left-" + "behind-" + "8231"
    code = f"import os, sys\nkept = '{marker}' + sys.stdin.read()\nos.environ['X'] = kept\nprint(kept, sys.argv)"
    for _ in range(6):  # every slot
        result = client.run(code, stdin=marker * 100, args=[marker], files=[{"name": marker, "content": marker * 100}])
        assert marker in result["stdout"]
    looks = """
import re
marker = b"left-" + b"behind-" + b"823" + b"1"
found = 0
own = {id(marker)}
for line in open("/proc/self/maps"):
    begin, end = (int(part, 16) for part in line.split()[0].split("-"))
    if " r" not in line or "[v" in line:
        continue
    with open("/proc/self/mem", "rb", 0) as memory:
        try:
            memory.seek(begin)
            found += memory.read(end - begin).count(marker)
        except (OSError, ValueError, OverflowError):
            pass
print("nothing" if found <= 8 else found)
"""
    # What it finds few times is its own constant and copies of it that the search makes.
    for _ in range(6):
        assert client.run(looks)["stdout"] == "nothing\n"
    host = host_of(warm_server)
    others = [*parents_of(warm_server), *inits_of(warm_server), host,
              *(pid for pid in descendants(warm_server.process.pid) if is_waiting_run(pid))]
    assert len(others) >= 8
    for pid in others:
        assert not any(marker.encode() in region for region in readable_memory(pid)), pathlib.Path(f"/proc/{pid}/comm").read_text()


def test_runs_of_one_parent_agree_only_in_what_is_documented(warm_server):
    code = """
import random, os, secrets, uuid, tempfile
print(random.random(), random.getrandbits(64), os.urandom(8).hex(), secrets.token_hex(8), uuid.uuid4(), uuid.uuid1())
print(tempfile.mktemp(), next(tempfile._get_candidate_names()))
"""
    seen = [warm_server.client.run(code)["stdout"].split() for _ in range(8)]
    for values in zip(*seen, strict=True):
        assert len(set(values)) == len(values), values
