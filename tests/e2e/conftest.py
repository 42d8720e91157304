import json
import os
import subprocess
import sys

import pytest

sys.path.insert(0, os.path.dirname(__file__))

from server import BINARY, Server, environment  # noqa: E402


def pytest_configure(config):
    if not os.access(BINARY, os.X_OK):
        raise pytest.UsageError(f"there is no {BINARY}: run scripts/build.sh, or name one with CODE_EXEC_BIN")


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory):
    """One server for all tests that leave it as they found it."""
    server = Server(tmp_path_factory.mktemp("shared") / "data").start()
    yield server
    server.stop()


@pytest.fixture
def client(shared_server):
    return shared_server.client


@pytest.fixture
def make_server(tmp_path):
    """Makes servers that end with the test, all on one data directory unless told otherwise. They are not started."""
    made = []

    def make(*options, directory=None):
        made.append(Server(directory or tmp_path / "data", *options))
        return made[-1]

    yield make
    for server in made:
        if server.process is not None and server.process.poll() is None:
            server.kill_all()


@pytest.fixture(scope="session")
def runtimes():
    """The languages of this host: what `code-exec runtimes --json` says."""
    ran = subprocess.run([BINARY, "runtimes", "--json"], capture_output=True, text=True, env=environment(), timeout=60)
    assert ran.returncode == 0, ran.stderr
    return {one["name"]: one for one in json.loads(ran.stdout)["runtimes"]}
