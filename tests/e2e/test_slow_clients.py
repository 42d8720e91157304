"""Clients that are slow, vanish or send nonsense do no harm to others."""
import socket
import time

import pytest

from client import wait_until


def connect(client):
    return socket.create_connection((client.host, client.port), timeout=30)


def test_clients_that_send_half_a_request_do_not_hold_up_others(client):
    sockets = []
    try:
        for number in range(100):
            stalled = connect(client)
            stalled.sendall(b"POST /submit-code HTTP/1.1\r\nHost: x\r\nContent-Le" if number % 2 else
                            b"POST /submit-code HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{\"code\"")
            sockets.append(stalled)
        began = time.monotonic()
        assert client.run("print('served')")["result"] == "served"
        assert time.monotonic() - began < 10
    finally:
        for stalled in sockets:
            stalled.close()


def test_a_header_that_never_ends_is_given_up(client):
    with connect(client) as stalled:
        stalled.sendall(b"GET /healthz HTTP/1.1\r\nX-Slow: ")
        stalled.settimeout(40)
        answer = b""
        try:
            while chunk := stalled.recv(4096):
                answer += chunk
        except ConnectionResetError:
            pass
        assert answer == b"" or answer.startswith(b"HTTP/1.1 408")


def test_a_job_whose_client_vanished_is_run_all_the_same(client):
    with connect(client) as vanishing:
        body = b'{"code": "import time; time.sleep(0.5); print(123454321)"}'
        vanishing.sendall(b"POST /submit-code?wait=true HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                          b"Content-Length: " + str(len(body)).encode() + b"\r\n\r\n" + body)
        wait_until(lambda: any(job["status"] == "running" for job in client.get("/api/v1/jobs?limit=5").json["jobs"]),
                   30, "the job running")

    def done():
        job = client.get("/api/v1/jobs?limit=1").json["jobs"][0]
        return job["jobId"] if job["status"] == "completed" else None

    assert client.result(wait_until(done, 30, "the job done"))["result"] == "123454321"


@pytest.mark.parametrize("nonsense", [
    b"\x00\x01\x02\x03\r\n\r\n",
    b"GET\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    b"POST /submit-code HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{}",
    b"POST /submit-code HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"GET / HTTP/1.1\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
], ids=["bytes", "no-target", "version", "negative-length", "two-lengths", "bad-chunk", "long-header"])
def test_nonsense_is_refused_and_the_server_lives(client, nonsense):
    with connect(client) as rude:
        try:
            rude.sendall(nonsense)
            rude.shutdown(socket.SHUT_WR)
            answer = rude.recv(65536)
        except (ConnectionResetError, BrokenPipeError):
            answer = b""
    assert answer == b"" or answer.split()[1].startswith(b"4") or answer.split()[1] == b"505", answer
    assert client.get("/healthz").status == 200


def test_requests_follow_each_other_on_one_connection(client):
    request = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    with connect(client) as pipelining:
        pipelining.sendall(request * 3)
        seen = b""
        while seen.count(b"HTTP/1.1 200") < 3:
            chunk = pipelining.recv(4096)
            assert chunk, seen
            seen += chunk
