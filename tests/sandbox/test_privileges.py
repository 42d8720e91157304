"""What a service that was taken over holds, and what of the processes around it is within its reach: nothing."""
import json
import os
import subprocess
import sys

import pytest

from client import wait_until
from processes import SERVICE_UID, host_of, inits_of, service_of, status_of
from server import Server

# Tries everything on the processes named, with the identity of the service; prints what worked.
PROBE = r"""
import ctypes, json, os, sys

libc = ctypes.CDLL(None, use_errno=True)
PTRACE_SEIZE, PR_SET_NO_NEW_PRIVS = 0x4206, 38


def reachable(pid):
    def signal():
        os.kill(pid, 0)

    def memory():
        open(f"/proc/{pid}/mem", "rb").close()

    def write_memory():
        open(f"/proc/{pid}/mem", "wb").close()

    def descriptors():
        os.listdir(f"/proc/{pid}/fd")

    def namespaces():
        os.readlink(f"/proc/{pid}/ns/mnt")

    def root():
        os.listdir(f"/proc/{pid}/root/")

    def take_descriptor():
        number = os.pidfd_open(pid)
        if libc.syscall(438, number, 0, 0) < 0:
            raise OSError(ctypes.get_errno(), "pidfd_getfd")

    def trace():
        if libc.ptrace(PTRACE_SEIZE, pid, None, None) != 0:
            raise OSError(ctypes.get_errno(), "ptrace")

    worked = []
    for attempt in (signal, memory, write_memory, descriptors, namespaces, root, take_descriptor, trace):
        try:
            attempt()
            worked.append(attempt.__name__)
        except PermissionError:
            pass
    return worked


uid = int(sys.argv[1])
os.setgroups([])
os.setresgid(uid, uid, uid)
os.setresuid(uid, uid, uid)
libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
own = os.fork()
if own == 0:
    libc.prctl(4, 1, 0, 0, 0)  # PR_SET_DUMPABLE, lost with the change of identity
    os.execv("/bin/sleep", ["sleep", "60"])
libc.prctl(4, 1, 0, 0, 0)
while open(f"/proc/{own}/comm").read() != "sleep\n":
    pass
answer = {"own": reachable(own), **{pid: reachable(int(pid)) for pid in sys.argv[2:]}}
os.kill(own, 9)
print(json.dumps(answer))
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    if os.geteuid() != 0:
        pytest.skip("only what was started by root has a service of another identity")
    made = Server(tmp_path_factory.mktemp("privileges") / "data", "--concurrency", "2").start()
    wait_until(lambda: len(inits_of(made)) == 4, 20, "every slot")
    yield made
    made.stop()


def test_the_service_holds_no_privilege(server):
    status = status_of(service_of(server))
    assert status["Uid"].split() == status["Gid"].split() == [str(SERVICE_UID)] * 4
    assert status["Groups"].split() == []
    assert {status[name] for name in ("CapPrm", "CapEff", "CapAmb")} == {"0" * 16}
    assert status["NoNewPrivs"] == "1"


def test_nothing_beside_the_service_is_within_its_reach(server):
    others = [server.process.pid, host_of(server), *inits_of(server)]
    ran = subprocess.run([sys.executable, "-c", PROBE, str(SERVICE_UID), *map(str, others)],
                         capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    answer = json.loads(ran.stdout)
    # The control: on a process of its own each works, so that a refusal is not taken for a call that never happened.
    assert answer.pop("own") == ["signal", "memory", "write_memory", "descriptors", "namespaces", "root",
                                 "take_descriptor", "trace"]
    assert answer == {str(pid): [] for pid in others}
