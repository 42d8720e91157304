import os
import pathlib
import sys

import pytest

# The server and its client are the end-to-end tests' own.
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))


def pytest_collection_modifyitems(items):
    """These make and remove groups at the root of the hierarchy: not on a machine that somebody uses."""
    if "CODE_EXEC_IN_VM" not in os.environ:
        for item in items:
            item.add_marker(pytest.mark.skip(reason="decided in the virtual machine: make test-cgroup2"))
