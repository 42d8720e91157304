"""CPython's own regression tests come out the same in a warm run as in a cold one.

regression.toml says which modules, and which of their tests are left out and why. CODE_EXEC_REGRESSION=all adds what
takes long, =cold compares cold runs with cold ones: what differs then is no fault of warm ones. Both: all,cold.
"""
import difflib
import json
import os
import pathlib
import sys
import tomllib

import pytest

# The server and its client are the end-to-end tests' own.
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))

from client import SLOWNESS, wait_until  # noqa: E402
from server import Server  # noqa: E402

SUITE = pathlib.Path("/usr/lib/python3.11/test")
pytestmark = pytest.mark.skipif(not (SUITE / "test_dict.py").exists(),
                                reason=f"{SUITE} has no tests: apt-get install libpython3.11-testsuite")

LISTS = tomllib.loads(pathlib.Path(__file__).with_name("regression.toml").read_text())
CHOSEN = os.environ.get("CODE_EXEC_REGRESSION", "").split(",")
MODULES = LISTS["modules"] + (LISTS["slow_modules"] if "all" in CHOSEN else [])
LEFT_OUT = [*LISTS["flaky"], *LISTS["differ"], *([] if "all" in CHOSEN else LISTS["slow"])]
MODES = [False, "cold" not in CHOSEN]  # warm or not

MIB = 1 << 20
LONGEST_MS = 300000 * SLOWNESS
LIMITS = {"cpuTimeMs": LONGEST_MS, "wallTimeMs": LONGEST_MS, "memoryBytes": 1024 * MIB, "processes": 256,
          "outputBytes": 8 * MIB}
# The disk is the operator's: a job that asks for one of another size gets no warm run.
OPTIONS = ["--concurrency", "2", "--limit-disk-bytes", str(256 * MIB), "--limit-files", "16384",
           "--limit-max-cpu-time-ms", str(LONGEST_MS), "--limit-max-wall-time-ms", str(LONGEST_MS)]

# Runs a module as `python3 -m test` does, without the tests that match the other arguments. The last line of its output
# says whether the run was warm, and of each test its name, its outcome and why. What tests print stands before that.
PROGRAM = '''
import importlib, json, os, sys, unittest

class Outcomes(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.found = []

    def add(self, test, outcome, error=None):
        why = f"{error[0].__name__}: {error[1]}"[:500] if error else ""
        self.found.append((test.id(), outcome, why))

    def addSuccess(self, test): self.add(test, "ok")
    def addFailure(self, test, error): self.add(test, "fail", error)
    def addError(self, test, error): self.add(test, "error", error)
    def addExpectedFailure(self, test, error): self.add(test, "expectedfailure")
    def addUnexpectedSuccess(self, test): self.add(test, "unexpectedsuccess")

    # What names a subtest may be an address or a random number: it counts for its test.
    def addSubTest(self, test, subtest, error):
        if error: self.add(test, "fail" if issubclass(error[0], test.failureException) else "error", error)
    def addSkip(self, test, reason):
        self.add(test.test_case if isinstance(test, unittest.case._SubTest) else test, "skip")

def unlink(path):
    # A read-only /usr refuses to remove even what it does not have.
    if os.path.lexists(path): os.unlink(path)

def run(name, left_out):
    outcomes = Outcomes()
    from test import support
    from test.support import os_helper
    os_helper._unlink = unlink
    support.use_resources = []
    support.set_match_tests(ignore_patterns=left_out)
    support._run_suite = lambda suite: suite.run(outcomes)
    module = importlib.import_module("test." + name)
    if hasattr(module, "test_main"):
        module.test_main()
    else:
        support.run_unittest(unittest.defaultTestLoader.loadTestsFromModule(module))
    is_warm = "code-exec-warm" in open("/proc/self/maps").read()
    print("\\n" + json.dumps([is_warm, sorted(outcomes.found)]))

if __name__ == "__main__":
    run(sys.argv[1], sys.argv[2:])
'''


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("regression") / "data", *OPTIONS).start()
    for warm in MODES:  # warm interpreters start beside the service
        wait_until(lambda: run(server.client, "test_bool", warm)[0] is warm, 30 * SLOWNESS, f"a run with warm={warm}")
    yield server.client
    server.stop()


@pytest.mark.parametrize("module", MODULES)
def test_a_module_comes_out_the_same(client, module):
    # Both at a time, so that they meet the same load.
    jobs = [submit(client, module, warm) for warm in MODES]
    ran = [read(client, job) for job in jobs]
    assert [is_warm for is_warm, _ in ran] == MODES
    cold, other = [[f"{test} {outcome}" for test, outcome, _ in tests] for _, tests in ran]
    assert any(line.endswith(" ok") for line in cold), cold
    assert cold == other, "\n".join(difflib.unified_diff(*map(with_reasons, ran), "cold", "other", n=0))


def run(client, module, warm):
    return read(client, submit(client, module, warm))


def submit(client, module, warm):
    return client.submit(PROGRAM, warm=warm, args=[module, *LEFT_OUT], limits=LIMITS)


def read(client, job):
    """Whether it was warm, and its tests."""
    result = client.wait_for(job, 2 * LONGEST_MS / 1000)
    assert result["status"] == "completed", (result["reason"], result["stderr"][-3000:])
    return json.loads(result["stdout"].splitlines()[-1])


def with_reasons(ran):
    return [f"{test} {outcome} {why}" for test, outcome, why in ran[1]]
