"""What listeners cost who hear nothing: the memory of each, and how much slower jobs are beside them."""
import socket
import statistics

from client import wait_until
from footprint import MB, at_rest, memory
from load import CLIENTS, measure, running_server, to

LISTENERS = 2000
PAIRS = 5
SLEEPER = {"code": "import time; time.sleep(600)", "limits": {"wallTimeMs": 120_000}}


def listen(server, job):
    listeners = []
    for _ in range(LISTENERS):
        one = socket.create_connection((server.client.host, server.client.port), timeout=30)
        one.sendall(f"GET /api/v1/jobs/{job}/events HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        listeners.append(one)
    for one in listeners:
        assert one.recv(12) == b"HTTP/1.1 200"
    return listeners


def hang_up(server, listeners):
    for one in listeners:
        one.close()
    alone = b"code_exec_http_connections 1\n"
    wait_until(lambda: alone in server.client.get("/metrics").raw, 30, "the listeners gone")


def measure_all(program, seconds):
    with running_server() as server:
        def rate():
            return measure(*to(server), "--program", program, "--expect", "Hello, World!", "--clients", CLIENTS,
                           seconds=seconds)["jobsPerSecond"]

        job = server.client.submit(**SLEEPER)
        rate()
        at_rest(server)
        before = memory(server)["pssMb"]
        listeners = listen(server, job)
        held = memory(server)["pssMb"] - before
        ratios = []
        for _ in range(PAIRS):
            beside = rate()
            hang_up(server, listeners)
            ratios.append(beside / rate())
            listeners = listen(server, job)
        hang_up(server, listeners)
        server.client.delete(f"/api/v1/jobs/{job}")
    return {"listeners": LISTENERS, "heldMb": held, "kbEach": held * MB / 1000 / LISTENERS,
            "rateBesideThem": statistics.median(ratios), "rates": ratios}


def table(results):
    rates = ", ".join(f"{ratio:.3f}" for ratio in results["rates"])
    return (f"{results['listeners']} listeners who hear nothing hold {results['heldMb']:.1f} MB, "
            f"{results['kbEach']:.1f} kB each\n"
            f"jobs beside them: {results['rateBesideThem']:.3f} of the rate without them (median of {rates})")
