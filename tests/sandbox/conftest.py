import os
import pathlib
import sys
import tempfile

import pytest

# The server and its client are the end-to-end tests' own.
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))

from machine import unprivileged_server, wait_until_warm, why_no_user_namespaces  # noqa: E402
from server import BINARY, Server  # noqa: E402

# How a service is started: by root with control groups, or by anybody without.
MODES = ("root", "unprivileged")


def pytest_configure(config):
    if not os.access(BINARY, os.X_OK):
        raise pytest.UsageError(f"there is no {BINARY}: run scripts/build.sh, or name one with CODE_EXEC_BIN")


@pytest.fixture(scope="session")
def open_directory():
    """Unlike pytest's own, one that every user may enter."""
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o755)
        yield pathlib.Path(name)


def make_server(mode, directory, *options):
    """Not started yet. Skips the test where the machine cannot have such a server."""
    if mode == "unprivileged":
        if reason := why_no_user_namespaces():
            pytest.skip(f"ordinary users have no user namespaces here: {reason}")
        made = unprivileged_server(directory, *options)
    else:
        if os.geteuid() != 0:
            pytest.skip("limits on whole runs need cgroups, and cgroups need root here")
        directory.mkdir()
        made = Server(directory / "data", *options)
    made.mode = mode
    return made


@pytest.fixture(scope="session")
def servers(open_directory):
    """One of each mode, made when it is first asked for."""
    made = {}
    yield made
    for one in made.values():
        one.stop()


@pytest.fixture(params=MODES)
def server(request, servers, open_directory):
    """Two workers: a program beside an attack, and the one after it in the attack's slot or its successor."""
    mode = request.param
    if mode not in servers:
        made = make_server(mode, open_directory / mode, "--concurrency", "2")
        servers[mode] = made.start()
        wait_until_warm(made)
    return servers[mode]


GAPS = pytest.StashKey()


@pytest.fixture
def record_gap(request):
    """Names what an unprivileged server does not hold; the run ends with the list."""
    return lambda name, why: request.config.stash.setdefault(GAPS, {}).update({name: why})


def pytest_terminal_summary(terminalreporter, config):
    if gaps := config.stash.get(GAPS, {}):
        terminalreporter.section("documented gaps of a server without control groups")
        for name, why in gaps.items():
            terminalreporter.line(f"{name}: {why}")
