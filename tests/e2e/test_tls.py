"""HTTPS in place of HTTP."""
import http.client
import json
import os
import socket
import ssl
import subprocess
import warnings

import pytest
from client import wait_until
from server import BINARY, Server, environment


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for localhost that is its own authority, with its key: the key as root keeps one."""
    directory = tmp_path_factory.mktemp("tls")
    files = directory / "cert.pem", directory / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-keyout", files[1], "-out", files[0], "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"], check=True, capture_output=True)
    os.chmod(files[1], 0o600)
    return files


class HttpsServer(Server):
    def is_ready(self):
        try:
            return ask(self, "GET", "/readyz")[0] == 200
        except OSError:
            return False


def context(certificate):
    return ssl.create_default_context(cafile=certificate[0])


def ask(server, method, path, body=None):
    connection = http.client.HTTPSConnection(server.client.host, server.client.port, timeout=30,
                                             context=context(server.certificate))
    try:
        connection.request(method, path, None if body is None else json.dumps(body),
                           {"Content-Type": "application/json"} if body is not None else {})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def connect(server):
    plain = socket.create_connection((server.client.host, server.client.port), timeout=30)
    return context(server.certificate).wrap_socket(plain, server_hostname="localhost")


@pytest.fixture(scope="module")
def server(tmp_path_factory, certificate):
    made = HttpsServer(tmp_path_factory.mktemp("https") / "data", "--tls-cert", str(certificate[0]), "--tls-key",
                       str(certificate[1]))
    made.certificate = certificate
    made.start()
    yield made
    made.stop()


def test_jobs_are_run(server):
    status, body = ask(server, "POST", "/submit-code?wait=true", {"code": "print('secret')"})
    assert (status, json.loads(body)["result"]) == (200, "secret")


def test_large_bodies_pass_both_ways(server):
    code = "import sys; sys.stdout.write(sys.stdin.read()[::-1])"
    text = "".join(map(str, range(100_000)))
    status, body = ask(server, "POST", "/submit-code?wait=true", {"code": code, "stdin": text})
    assert status == 200
    assert json.loads(body)["stdout"] == text[::-1]


def test_a_connection_serves_more_than_one_request(server):
    with connect(server) as client:
        for _ in range(3):
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert client.recv(4096).startswith(b"HTTP/1.1 200")


def test_live_output_passes(server):
    status, body = ask(server, "POST", "/api/v1/jobs", {"code": "print(1, flush=True); input(); print(2)",
                                                       "interactive": True})
    job = json.loads(body)["jobId"]
    with connect(server) as client:
        client.sendall(f"GET /api/v1/jobs/{job}/events HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        stream = client.makefile("rb")
        while b"event: stdout" not in stream.readline():
            pass
        assert ask(server, "DELETE", f"/api/v1/jobs/{job}")[0] == 200
        assert b"event: result" in stream.read()


def test_plain_http_is_not_answered_and_costs_nothing_lasting(server):
    with socket.create_connection((server.client.host, server.client.port), timeout=30) as plain:
        plain.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        received = b""
        try:
            while more := plain.recv(4096):
                received += more
        except ConnectionError:
            pass
    assert b"HTTP/1.1" not in received


def test_old_versions_are_refused(server):
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.load_verify_locations(server.certificate[0])
    old.set_ciphers("DEFAULT@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of versions that are deprecated: what is tried here
        old.minimum_version = ssl.TLSVersion.TLSv1
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    with socket.create_connection((server.client.host, server.client.port), timeout=30) as plain:
        with pytest.raises(OSError):
            old.wrap_socket(plain, server_hostname="localhost")


def test_clients_that_vanish_leave_nothing_behind(server):
    silent = [socket.create_connection((server.client.host, server.client.port)) for _ in range(20)]
    shaken = [connect(server) for _ in range(20)]
    for client in silent + shaken:
        client.close()
    alone = b"code_exec_http_connections 1\n"
    wait_until(lambda: alone in ask(server, "GET", "/metrics")[1], 10, "no connection left")


def test_a_server_stops_with_clients_connected(tmp_path, certificate):
    server = HttpsServer(tmp_path / "data", "--tls-cert", str(certificate[0]), "--tls-key", str(certificate[1]))
    server.certificate = certificate
    server.start()
    with connect(server) as client, socket.create_connection((server.client.host, server.client.port)):
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert client.recv(4096).startswith(b"HTTP/1.1 200")
        server.terminate()
        assert server.wait() == 0


def start_wrongly(tmp_path, *options):
    return subprocess.run([BINARY, "serve", "--listen", "127.0.0.1:0", "--data-dir", str(tmp_path / "data"), *options],
                          capture_output=True, text=True, env=environment(), timeout=60)


def test_mistakes_in_the_files_are_told(tmp_path, certificate):
    certificate_file, key_file = map(str, certificate)
    alone = start_wrongly(tmp_path, "--tls-cert", certificate_file)
    assert alone.returncode == 2 and "--tls-key" in alone.stderr
    missing = start_wrongly(tmp_path, "--tls-cert", certificate_file, "--tls-key", str(tmp_path / "none"))
    assert missing.returncode == 1 and "--tls-key" in missing.stderr
    swapped = start_wrongly(tmp_path, "--tls-cert", key_file, "--tls-key", certificate_file)
    assert swapped.returncode == 1 and "tls" in swapped.stderr
