"""The benchmark: starts a server of its own, lets `code-exec bench` load it, and sets the rates beside what a bare
/usr/bin/python3 does. Everything that is timed is timed by the C++ load generator."""
import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BINARY = os.environ.get("CODE_EXEC_BIN", os.path.join(ROOT, "build", "code-exec"))
PROGRAM = os.path.join(ROOT, "bench", "hello.py")
SUBMIT_CLIENTS = 32
READINESS_BOUND_S = 60
STOP_BOUND_S = 30


class Server:
    """A real server on a free port, with its data in a directory that goes with it."""

    def __enter__(self):
        self.directory = tempfile.mkdtemp(prefix="code-exec-bench-", dir=os.environ.get("BENCH_DIR"))
        os.chmod(self.directory, 0o755)  # the service is not the one who made it
        log = open(os.path.join(self.directory, "log"), "w+")
        self.process = subprocess.Popen(
            [BINARY, "serve", "--listen", "127.0.0.1:0", "--data-dir", os.path.join(self.directory, "data")],
            stderr=log, stdin=subprocess.DEVNULL)
        try:
            self.url = "http://" + self.find_address(log.name)
            self.wait_ready()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_BOUND_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)

    def poll(self, what, question):
        deadline = time.monotonic() + READINESS_BOUND_S
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            if answer := question():
                return answer
            time.sleep(0.02)
        with open(os.path.join(self.directory, "log")) as log:
            sys.exit(f"the server did not come up ({what}):\n{log.read()}")

    def find_address(self, log_name):
        def address():
            with open(log_name) as log:
                for line in log:
                    if " serving address=" in line and line.endswith("\n"):
                        return line.rsplit("address=", 1)[1].strip()
            return None
        return self.poll("no address in its log", address)

    def wait_ready(self):
        def ready():
            try:
                with urllib.request.urlopen(self.url + "/readyz", timeout=2) as answer:
                    return answer.status == 200
            except (urllib.error.URLError, OSError):
                return False
        self.poll("not ready", ready)


def measure(*arguments):
    ran = subprocess.run([BINARY, "bench", "--json", *map(str, arguments)], stdout=subprocess.PIPE, text=True)
    if not ran.stdout:
        sys.exit(f"code-exec bench {' '.join(map(str, arguments))} gave no result")
    return json.loads(ran.stdout)


def measure_all(jobs):
    cores = len(os.sched_getaffinity(0))
    job = ("--program", PROGRAM, "--expect", "Hello, World!")
    results = {"cores": cores}
    results["bare"] = measure("--bare", "--program", PROGRAM, "--jobs", jobs // 2, "--clients", cores)
    results["bareOne"] = measure("--bare", "--program", PROGRAM, "--jobs", max(jobs // 10, 50), "--clients", 1)
    true = ("--interpreter", "/bin/true", "--jobs", jobs * 4)
    results["bareTrue"] = measure("--bare", *true, "--clients", cores)
    results["confinedTrue"] = measure("--confined", *true, "--clients", cores * 2)
    with Server() as server:
        measure("--url", server.url, *job, "--jobs", max(jobs // 20, 20), "--clients", 8)  # warms it up
        results["http"] = measure("--url", server.url, *job, "--jobs", jobs, "--clients", 8)
        results["httpOne"] = measure("--url", server.url, *job, "--jobs", max(jobs // 4, 50), "--clients", 1)
        # Last: the jobs are worked on meanwhile and afterwards, which nothing else should be measured beside.
        results["submit"] = measure("--url", server.url, "--program", PROGRAM, "--jobs", jobs * 10,
                                    "--clients", SUBMIT_CLIENTS, "--no-wait")
    results["ratios"] = {
        "rateToBare": ratio(results["http"]["jobsPerSecond"], results["bare"]["jobsPerSecond"]),
        "p50OneClientToBare": ratio(results["httpOne"]["p50Ms"], results["bareOne"]["p50Ms"]),
        "p99OneClientToBare": ratio(results["httpOne"]["p99Ms"], results["bareOne"]["p50Ms"]),
        "confinedTrueToBare": ratio(results["confinedTrue"]["jobsPerSecond"], results["bareTrue"]["jobsPerSecond"]),
        "submitRateToBare": ratio(results["submit"]["jobsPerSecond"], results["bare"]["jobsPerSecond"]),
    }
    return results


def ratio(value, base):
    return value / base if base else 0.0


def table(results):
    rows = [("bare", f"/usr/bin/python3 hello.py, {results['cores']} at a time"),
            ("bareOne", "/usr/bin/python3 hello.py, one at a time"),
            ("bareTrue", f"/bin/true, {results['cores']} at a time"),
            ("confinedTrue", f"/bin/true in the sandbox, {results['cores'] * 2} at a time"),
            ("http", "over HTTP, durable, 8 clients"),
            ("httpOne", "over HTTP, durable, one client"),
            ("submit", f"submissions alone, {SUBMIT_CLIENTS} clients")]
    lines = [f"{'':42}{'jobs/s':>9}{'p50 ms':>9}{'p99 ms':>9}{'errors':>8}"]
    for key, name in rows:
        row = results[key]
        lines.append(f"{name:42}{row['jobsPerSecond']:9.1f}{row['p50Ms']:9.2f}{row['p99Ms']:9.2f}{row['errors']:8}")
    ratios = results["ratios"]
    lines += ["",
              f"rate with 8 clients / bare rate            {ratios['rateToBare']:.2f}",
              f"p50 with one client / bare p50             {ratios['p50OneClientToBare']:.2f}",
              f"p99 with one client / bare p50             {ratios['p99OneClientToBare']:.2f}",
              f"confined rate of true / its bare rate      {ratios['confinedTrueToBare']:.2f}",
              f"rate of submissions / bare rate            {ratios['submitRateToBare']:.2f}"]
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description="Measures code-exec beside a bare interpreter.")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--jobs", type=int, default=1000)
    arguments = parser.parse_args()
    results = measure_all(arguments.jobs)
    print(json.dumps(results) if arguments.json else table(results))
    failed = sum(results[key]["errors"] for key in results if key not in ("cores", "ratios"))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
