"""Command and worker services on Redis and MongoDB beside one process with everything in it, in one run."""
import os
import pathlib
import sys
import tempfile

from load import CLIENTS, CORES, ROOT, SUBMIT_CLIENTS, measure, running_server, to

sys.path.append(str(ROOT / "tests" / "cluster"))

from client import wait_until  # noqa: E402
from machines import Cluster, why_no_servers  # noqa: E402
from server import Server, descendants  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")
SLEEP = "import time\ntime.sleep(0.05)\n"
SLEEPERS = 1  # runs of a worker at one time: so few that the store on the same two cores is not what bounds them
DRAIN_BOUND_S = 300


def cpu_seconds(pid):
    """Of a process and of those it has waited for."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / TICKS


def of_services(services):
    pids = {pid for service in services for pid in (service.process.pid, *descendants(service.process.pid))}
    return sum(map(cpu_seconds, pids))


def redis_us(redis):
    """What the commands that it was sent took so far. Those that a script calls are in the script's time."""
    lines = redis.ask("INFO", "commandstats").splitlines()
    return sum(int(line.split("usec=")[1].split(",")[0]) for line in lines
               if line.startswith(("cmdstat_eval", "cmdstat_xread:", "cmdstat_bzpopmin:")))


def queues_empty(redis):
    left = [redis.ask("LLEN", f"bull:{queue}:{state}") for queue in ("code-save", "code-exec")
            for state in ("wait", "active")]
    return left == ["0"] * 4


def made(directory, **options):
    return Cluster(pathlib.Path(directory) / f"{len(os.listdir(directory))}", **options).start()


def measure_hello(cluster, program, seconds):
    """The rate, and what it cost whom, in ms of CPU a job."""
    parts = {"services": lambda: of_services(cluster.services()),
             "redis": lambda: cpu_seconds(cluster.redis.process.pid),
             "store": lambda: cpu_seconds(cluster.mongo.process.pid)}
    measure(*to(cluster.commands[0]), "--program", program, "--clients", CLIENTS, seconds=seconds / 3)
    before, redis_before = {part: cpu() for part, cpu in parts.items()}, redis_us(cluster.redis)
    result = measure(*to(cluster.commands[0]), "--program", program, "--clients", CLIENTS, seconds=seconds)
    jobs = result["jobs"]
    result["cpuMs"] = {part: (cpu() - before[part]) / jobs * 1000 for part, cpu in parts.items()}
    result["redisUs"] = (redis_us(cluster.redis) - redis_before) / jobs
    return result


def measure_one_process(server, program, seconds):
    measure(*to(server), "--program", program, "--clients", CLIENTS, seconds=seconds / 3)
    before = of_services([server])
    result = measure(*to(server), "--program", program, "--clients", CLIENTS, seconds=seconds)
    result["cpuMs"] = {"services": (of_services([server]) - before) / result["jobs"] * 1000}
    return result


def measure_one_process_on_mongo(cluster, directory, program, seconds):
    """What the store alone costs: everything in one process, but for the jobs, which are in the cluster's MongoDB."""
    server = Server(pathlib.Path(directory) / "alone", "--mongo", cluster.mongo.url + "-alone").start()
    try:
        return measure_one_process(server, program, seconds)
    finally:
        server.stop()


def measure_submissions(cluster, program, seconds):
    """Accepted while nobody works on them, so that nothing else is measured; then what the queues cost for them."""
    for worker in cluster.workers:
        worker.stop()
    result = measure(*to(cluster.commands[0]), "--program", program, "--no-wait", "--clients", SUBMIT_CLIENTS,
                     seconds=seconds)
    cluster.redis.ask("CONFIG", "RESETSTAT")
    for worker in cluster.workers:
        worker.start()
    wait_until(lambda: queues_empty(cluster.redis), DRAIN_BOUND_S, "the queues empty")
    result["redisUs"] = redis_us(cluster.redis) / result["jobs"]
    return result


def measure_sleepers(directory, workers, seconds):
    file = pathlib.Path(directory) / "sleep.py"
    file.write_text(SLEEP)
    with tempfile.TemporaryDirectory(dir=directory) as own:
        os.chmod(own, 0o755)
        cluster = made(own, workers=workers, worker_options=("--concurrency", str(SLEEPERS)))
        try:
            return measure(*to(cluster.commands[0]), "--program", file, "--clients", SLEEPERS * workers * 2,
                           seconds=seconds)
        finally:
            cluster.kill()


def measure_all(program, seconds):
    if reason := why_no_servers():
        sys.exit(reason)
    with running_server() as server:
        embedded = measure_one_process(server, program, seconds)
    with tempfile.TemporaryDirectory(prefix="code-exec-bench-", dir=os.environ.get("BENCH_DIR")) as directory:
        os.chmod(directory, 0o755)
        cluster = made(directory, worker_options=("--concurrency", str(CORES)))
        try:
            on_mongo = measure_one_process_on_mongo(cluster, directory, program, seconds / 2)
            hello = measure_hello(cluster, program, seconds)
            submissions = measure_submissions(cluster, program, seconds / 3)
        finally:
            cluster.kill()
        sleepers = {workers: measure_sleepers(directory, workers, seconds / 2) for workers in (1, 2, 3)}
    return {"embedded": embedded, "onMongo": on_mongo, "hello": hello, "submissions": submissions, "sleepers": sleepers}


def table(results):
    embedded, hello, sleepers = results["embedded"], results["hello"], results["sleepers"]
    rate = hello["jobsPerSecond"] / embedded["jobsPerSecond"]
    cost = hello["cpuMs"]
    # Where the store has a machine of its own, its CPU time is there for the rest.
    apart = rate * sum(cost.values()) / (cost["services"] + cost["redis"])
    of_same_store = hello["jobsPerSecond"] / results["onMongo"]["jobsPerSecond"]
    lines = [f"hello, {CLIENTS} clients, waiting for the result",
             f"  one process        {embedded['jobsPerSecond']:8.1f} jobs/s, {embedded['cpuMs']['services']:.2f} ms of CPU a job",
             f"  the same on MongoDB {results['onMongo']['jobsPerSecond']:7.1f} jobs/s",
             f"  command and worker {hello['jobsPerSecond']:8.1f} jobs/s, ms of CPU a job: ours {cost['services']:.2f}, "
             f"Redis {cost['redis']:.2f}, store {cost['store']:.2f}",
             f"  rate of one process' {rate:.2f}; with the store's CPU time taken off {apart:.2f}; of one on the same store "
             f"{of_same_store:.2f}",
             f"submissions without wait, {SUBMIT_CLIENTS} clients: {results['submissions']['jobsPerSecond']:.0f} a second",
             f"time in Redis' commands of a job through both queues: {results['submissions']['redisUs']:.0f} us on busy workers, "
             f"without its submission; {hello['redisUs']:.0f} us beside everything else, with it"]
    one = sleepers[1]["jobsPerSecond"]
    for workers, result in sleepers.items():
        lines.append(f"jobs that sleep 50 ms, {workers} workers of {SLEEPERS}: {result['jobsPerSecond']:.1f} jobs/s, "
                     f"{result['jobsPerSecond'] / one / workers:.2f} of linear")
    return "\n".join(lines)
