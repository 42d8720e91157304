import json
import os
import pathlib
import re
import shutil
import sys
import tempfile
import tomllib

import pytest

# The server and its client are the end-to-end tests' own; how an ordinary user starts one is the hostile programs'.
for suite in ("sandbox", "e2e"):
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / suite))

from machine import RUNTIMES, unprivileged_server, why_no_user_namespaces  # noqa: E402
from server import BINARY, Server  # noqa: E402

KINDS = ("root", "ahead", "user")
# More at one time than there are processors: many programs do little but wait.
OPTIONS = ("--concurrency", "4")


def pytest_configure(config):
    if not os.access(BINARY, os.X_OK):
        raise pytest.UsageError(f"there is no {BINARY}: run scripts/build.sh, or name one with CODE_EXEC_BIN")


@pytest.fixture(scope="session")
def servers():
    """Of each kind one that was started; or, where this machine cannot have it, the reason."""
    # Unlike pytest's own, a directory that every user may enter.
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o755)
        made = {kind: why_not(kind) or make_server(kind, pathlib.Path(name) / kind).start() for kind in KINDS}
        yield made
        for server in made.values():
            if isinstance(server, Server):
                server.stop()


def why_not(kind):
    if kind == "user":
        reason = why_no_user_namespaces()
        return reason and f"ordinary users have no user namespaces here: {reason}"
    return None if os.geteuid() == 0 else "limits on whole runs need cgroups, and cgroups need root here"


def make_server(kind, directory):
    """Not started yet: as root starts it, as an ordinary user does; or by root, with all modules imported ahead for
    each program, whatever it asks for."""
    directory.mkdir()
    if kind == "user":
        return unprivileged_server(directory, *OPTIONS)
    shutil.copytree(RUNTIMES, directory / "runtimes")
    if kind == "ahead":
        import_all_ahead(directory / "runtimes" / "python.toml")
    return Server(directory / "data", *OPTIONS, "--runtimes", str(directory / "runtimes"))


def import_all_ahead(description):
    """Leaves one warm interpreter, which has imported what any of them has."""
    text = description.read_text()
    sets = tomllib.loads(text).get("warm", {}).values()
    everything = list(dict.fromkeys(name for names in sets for name in names))
    description.write_text(re.sub(r"(?ms)^\[warm\]\n.*?(?=^[\[#]|\Z)", f"[warm]\nall = {json.dumps(everything)}\n", text))
