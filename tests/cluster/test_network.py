"""Workers on hosts of their own, which are network namespaces on one bridge; one is cut off and joined again."""
import os
import shutil
import subprocess
import time

import pytest
from client import wait_until
from machines import Cluster, why_no_servers
from server import BINARY, Server, free_port

GATEWAY = "10.231.77.1"


def run(*command):
    subprocess.run(command, check=True, timeout=30, capture_output=True)


class Network:
    """A bridge that has this machine at GATEWAY, and hosts on it."""

    def __init__(self):
        self.tag = f"ce{os.getpid() % 100000}"
        self.hosts = 0

    def __enter__(self):
        run("ip", "link", "add", self.tag, "type", "bridge")
        run("ip", "address", "add", f"{GATEWAY}/24", "dev", self.tag)
        run("ip", "link", "set", self.tag, "up")
        return self

    def __exit__(self, *failure):
        for number in range(1, self.hosts + 1):
            run("ip", "netns", "delete", f"{self.tag}.{number}")  # and its end of the cable
        run("ip", "link", "delete", self.tag)

    def add_host(self):
        """Its address, and the command that starts something on it."""
        self.hosts += 1
        number, name = self.hosts, f"{self.tag}.{self.hosts}"
        address = f"10.231.77.{10 + number}"
        run("ip", "netns", "add", name)
        run("ip", "link", "add", self.cable(number), "type", "veth", "peer", "name", "eth0", "netns", name)
        run("ip", "link", "set", self.cable(number), "master", self.tag, "up")
        run("ip", "-n", name, "address", "add", f"{address}/24", "dev", "eth0")
        run("ip", "-n", name, "link", "set", "eth0", "up")
        run("ip", "-n", name, "link", "set", "lo", "up")
        return address, ["nsenter", f"--net=/run/netns/{name}", BINARY]

    def cable(self, number):
        return f"{self.tag}v{number}"

    def cut_off(self, number):
        run("ip", "link", "set", self.cable(number), "down")

    def join(self, number):
        run("ip", "link", "set", self.cable(number), "up")


@pytest.fixture
def network():
    if os.geteuid() != 0 or not shutil.which("ip"):
        pytest.skip("network namespaces need root and iproute2")
    with Network() as made:
        yield made


def executed(worker):
    metrics = worker.client.get("/metrics").raw.decode()
    return sum(float(line.split()[-1]) for line in metrics.splitlines()
               if line.startswith('code_exec_stage_seconds_count{stage="exec"'))


def test_a_worker_that_is_cut_off_loses_its_jobs_to_the_other_and_comes_back(network, tmp_path):
    if reason := why_no_servers():
        pytest.skip(reason)
    cluster = Cluster(tmp_path / "cluster", workers=0, address=GATEWAY)
    cluster.start()
    try:
        for number in (1, 2):
            address, command = network.add_host()
            cluster.workers.append(Server(
                tmp_path / f"worker{number}", "--redis", cluster.redis.url, "--mongo", cluster.mongo.url, "--concurrency",
                "1", service="worker", command=command, listen=f"{address}:{free_port()}").start())
        cut, other = cluster.workers
        client = cluster.client
        ids = [client.submit(f"import time; time.sleep(1); print({number})") for number in range(8)]
        wait_until(lambda: executed(cut) > 0 and executed(other) > 0, 30, "both at work")

        network.cut_off(1)
        began = time.monotonic()
        assert [client.wait_for(job, 120)["result"] for job in ids] == [str(number) for number in range(8)]
        assert time.monotonic() - began < 90, "a lease of 30 s, and some"
        results = {job: client.result(job) for job in ids}

        network.join(1)
        wait_until(cut.is_ready, 60, "the worker that was cut off ready")
        before = executed(cut)
        more = [client.submit("import time; time.sleep(0.3); print('again')") for _ in range(10)]
        assert [client.wait_for(job)["result"] for job in more] == ["again"] * 10
        assert executed(cut) > before, "it works again"
        assert {job: client.result(job) for job in ids} == results, "what it brought late changes nothing"
    finally:
        cluster.kill()
