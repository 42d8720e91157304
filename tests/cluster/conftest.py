import os
import pathlib
import sys

import pytest

# The server and its client are the end-to-end tests' own.
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
sys.path.insert(0, os.path.dirname(__file__))

from machines import Cluster, why_no_servers  # noqa: E402
from server import BINARY  # noqa: E402


def pytest_configure(config):
    if not os.access(BINARY, os.X_OK):
        raise pytest.UsageError(f"there is no {BINARY}: run scripts/build.sh, or name one with CODE_EXEC_BIN")


@pytest.fixture
def make_cluster(tmp_path):
    """Makes clusters of a Redis, a MongoDB, command services and workers, which end with the test."""
    if reason := why_no_servers():
        pytest.skip(reason)
    made = []

    def make(**options):
        made.append(Cluster(tmp_path / f"cluster{len(made)}", **options))
        return made[-1].start()

    yield make
    for cluster in made:
        cluster.kill()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """One command service and two workers, for all tests that leave them as they found them."""
    if reason := why_no_servers():
        pytest.skip(reason)
    made = Cluster(tmp_path_factory.mktemp("cluster") / "cluster", workers=2).start()
    yield made
    made.stop()
    made.kill()
