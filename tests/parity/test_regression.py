"""CPython's own regression tests come out the same in a warm run as in a cold one.

regression.toml says which modules, and which of their tests are left out and why. CODE_EXEC_REGRESSION=all adds what takes
long, =cold compares cold runs with cold ones: what differs then is no fault of warm ones. Both: all,cold.
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

from client import SLOWNESS  # noqa: E402
from server import Server  # noqa: E402

SUITE = pathlib.Path("/usr/lib/python3.11/test")
pytestmark = pytest.mark.skipif(not (SUITE / "test_dict.py").exists(),
                                reason=f"{SUITE} has no tests: apt-get install libpython3.11-testsuite")

LISTS = tomllib.loads(pathlib.Path(__file__).with_name("regression.toml").read_text())
CHOSEN = os.environ.get("CODE_EXEC_REGRESSION", "").split(",")
MODULES = LISTS["modules"] + (LISTS["slow_modules"] if "all" in CHOSEN else [])
LEFT_OUT = [*LISTS["flaky"], *LISTS["differ"], *([] if "all" in CHOSEN else LISTS["slow"])]
MODES = [{}, {}] if "cold" in CHOSEN else [{"warm": False}, {"warm": True}]

MIB = 1 << 20
LONGEST_MS = 300000 * SLOWNESS
LIMITS = {"cpuTimeMs": LONGEST_MS, "wallTimeMs": LONGEST_MS, "memoryBytes": 1024 * MIB, "processes": 256,
          "outputBytes": 8 * MIB, "diskBytes": 256 * MIB, "files": 16384}
OPTIONS = ["--concurrency", "2", "--limit-max-cpu-time-ms", str(LONGEST_MS), "--limit-max-wall-time-ms", str(LONGEST_MS)]

# Runs a module as `python3 -m test` does, without the tests that match the other arguments. The last line of its output
# is what came of each test: name, outcome, why. Before that stands what the tests themselves print.
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
    print("\\n" + json.dumps(sorted(outcomes.found)))

if __name__ == "__main__":
    run(sys.argv[1], sys.argv[2:])
'''


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("regression") / "data", *OPTIONS).start()
    yield server.client
    server.stop()


def outcomes(result):
    """For each test a line that is compared, and what went wrong in it, which is not."""
    assert result["status"] == "completed", (result["reason"], result["stderr"][-3000:])
    found = json.loads(result["stdout"].splitlines()[-1])
    return [f"{test} {outcome}" for test, outcome, _ in found], [f"{test}: {why}" for test, _, why in found if why]


@pytest.mark.parametrize("module", MODULES)
def test_a_module_comes_out_the_same(client, module):
    bound_s = 2 * LONGEST_MS / 1000
    # Both at a time, so that they meet the same load.
    jobs = [client.submit(PROGRAM, args=[module, *LEFT_OUT], limits=LIMITS, **mode) for mode in MODES]
    (cold, cold_why), (warm, warm_why) = [outcomes(client.wait_for(job, bound_s)) for job in jobs]
    assert any(line.endswith(" ok") for line in cold), cold_why
    assert cold == warm, "\n".join([*difflib.unified_diff(cold, warm, "cold", "warm", n=0), *cold_why, "--", *warm_why])
