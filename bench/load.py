"""The server that is measured and the C++ load generator that measures it."""
import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path += [str(ROOT / "tests" / name) for name in ("e2e", "sandbox")]  # the server and its client are the tests' own

from server import BINARY, Server  # noqa: E402

PYTHON = "/usr/bin/python3"
CORES = len(os.sched_getaffinity(0))
CLIENTS = 8
SUBMIT_CLIENTS = 32
JOBS_MAX = 1_000_000  # of a load that time bounds
errors = 0  # of all loads so far


@contextlib.contextmanager
def running_server():
    """A real server on a free port, with its data in a directory that goes with it."""
    with tempfile.TemporaryDirectory(prefix="code-exec-bench-", dir=os.environ.get("BENCH_DIR")) as directory:
        os.chmod(directory, 0o755)  # the service is not the one who made it
        server = Server(os.path.join(directory, "data"), variables=os.environ)
        try:
            yield server.start()
        finally:
            server.stop()


def to(server):
    return ("--url", f"http://{server.client.host}:{server.client.port}")


def measure(*arguments, seconds=None, jobs=JOBS_MAX):
    """What one load gave. Errors are told at once; a load of nothing but errors ends it all."""
    global errors
    bound = ("--jobs", jobs) if seconds is None else ("--jobs", jobs, "--seconds", f"{seconds:g}")
    command = [str(part) for part in (BINARY, "bench", "--json", *arguments, *bound)]
    ran = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if not ran.stdout:
        sys.exit(f"no result from: {' '.join(command)}")
    result = json.loads(ran.stdout)
    if result["errors"]:
        errors += result["errors"]
        print(f"errors from: {' '.join(command)}", file=sys.stderr)
        for kind, count in result["errorKinds"].items():
            print(f"  {count} x {kind}", file=sys.stderr)
    if result["errors"] == result["jobs"]:
        sys.exit("nothing could be measured")
    return result
