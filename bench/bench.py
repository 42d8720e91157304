"""The benchmark: starts a server of its own, loads it, and sets the rates beside what a bare /usr/bin/python3 does
with the same programs. Each measurement of the service stands between two of the bare interpreter, so that a machine
that drifts shows. All is timed by the C++ load generator, but for a loop that times itself."""
import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import time

import cluster
import listeners
import load
import report
import soak
from footprint import at_rest, memory
from load import CLIENTS, CORES, PYTHON, SUBMIT_CLIENTS, measure, running_server, to

HERE = pathlib.Path(__file__).resolve().parent
PROGRAMS = {"hello": "hello.py", "imports": "imports.py", "numpy": "with_numpy.py", "compute": "compute.py",
            "mebibyte": "mebibyte.py"}
# The loop's time is never the same, and no command line holds a mebibyte: of these no job's output is compared.
UNCOMPARED = ("compute", "mebibyte")
PATHS = {"warm": {}, "cold": {"warm": False}}
SOAK_JOBS = 100_000


def bare_output(file):
    return subprocess.run([PYTHON, file], stdout=subprocess.PIPE, text=True, check=True).stdout


def measure_program(server, name, paths, seconds):
    file = HERE / PROGRAMS[name]
    expect = () if name in UNCOMPARED else ("--expect", bare_output(file).removesuffix("\n"))

    def bare(clients):
        return measure("--bare", "--program", file, "--clients", clients, seconds=seconds / 2)

    def over_http(path, clients, seconds):
        cold = ("--cold",) if path == "cold" else ()
        return measure(*to(server), "--program", file, *expect, *cold, "--clients", clients, seconds=seconds)

    def between_bare(bare_clients, clients):
        before = bare(bare_clients)
        results = {path: over_http(path, clients, seconds) for path in paths}
        return {"bare": mean(before, bare(bare_clients)), **results}

    for path in paths:
        over_http(path, CLIENTS, seconds / 6)  # warms it up
    return {"together": between_bare(CORES, CLIENTS), "alone": between_bare(1, 1)}


def mean(before, after):
    row = {key: (before[key] + after[key]) / 2 for key in ("jobsPerSecond", "p50Ms", "p99Ms")}
    return {**row, "drift": after["jobsPerSecond"] / before["jobsPerSecond"]}


def compare_loops(server, paths, seconds):
    """Medians of what the loop takes, in turns, one at a time."""
    file = HERE / PROGRAMS["compute"]
    code = file.read_text()
    ways = {"bare": lambda: bare_output(file),
            **{path: lambda path=path: server.client.run(code, **PATHS[path])["stdout"] for path in paths}}
    times = {way: [] for way in ways}
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for way, run in ways.items():
            times[way].append(float(run()))
    return {way: statistics.median(taken) * 1000 for way, taken in times.items()}


def check_whole_output(server, paths):
    file = HERE / PROGRAMS["mebibyte"]
    for path in paths:
        if server.client.run(file.read_text(), **PATHS[path])["stdout"] != bare_output(file):
            sys.exit(f"a mebibyte of output did not come whole ({path})")


def measure_all(paths, seconds):
    numpy = subprocess.run([PYTHON, "-c", "import numpy"], stderr=subprocess.DEVNULL).returncode == 0
    names = [name for name in PROGRAMS if name != "numpy" or numpy]
    true = ("--interpreter", "/bin/true")
    with running_server() as server:
        results = {"cores": CORES, "loadBefore": os.getloadavg()[0]}
        results["programs"] = {name: measure_program(server, name, paths, seconds) for name in names}
        results["loopMs"] = compare_loops(server, paths, seconds * 3)
        check_whole_output(server, paths)
        at_rest(server)
        results["memory"] = memory(server)
        results["bareTrue"] = measure("--bare", *true, "--clients", CORES, seconds=seconds / 2)
        results["confinedTrue"] = measure("--confined", *true, "--clients", CORES * 2, seconds=seconds / 2)
        # Last: the jobs are worked on meanwhile and afterwards, which nothing else should be measured beside.
        results["submit"] = measure(*to(server), "--program", HERE / PROGRAMS["hello"], "--no-wait",
                                    "--clients", SUBMIT_CLIENTS, seconds=seconds)
    return {**results, "aims": report.aims(results)}


def main():
    parser = argparse.ArgumentParser(description="Measures code-exec beside a bare interpreter.")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--seconds", type=float, default=3, help="how long each measurement of the service takes")
    parser.add_argument("--no-cold", action="store_true", help="leave out runs in a fresh interpreter")
    parser.add_argument("--soak", type=int, nargs="?", const=SOAK_JOBS, metavar="N",
                        help=f"instead of all that: N jobs in one go ({SOAK_JOBS}), and what they left behind")
    parser.add_argument("--listeners", action="store_true",
                        help="instead of all that: clients who follow a job that prints nothing")
    parser.add_argument("--cluster", action="store_true",
                        help="instead of all that: command and worker services on Redis and MongoDB")
    arguments = parser.parse_args()
    if arguments.soak is not None and arguments.soak < 2:
        parser.error("--soak needs two jobs at least")
    if arguments.soak:
        results, text = soak.soak(HERE / PROGRAMS["hello"], arguments.soak), soak.table
    elif arguments.listeners:
        results, text = listeners.measure_all(HERE / PROGRAMS["hello"], arguments.seconds), listeners.table
    elif arguments.cluster:
        results, text = cluster.measure_all(HERE / PROGRAMS["hello"], arguments.seconds * 3), cluster.table
    else:
        paths = [path for path in PATHS if not (path == "cold" and arguments.no_cold)]
        results, text = measure_all(paths, arguments.seconds), report.table
    print(json.dumps(results) if arguments.json else text(results))
    return 1 if load.errors else 0


if __name__ == "__main__":
    sys.exit(main())
