"""Who may do what: keys and their file, what browsers send for other pages, limits of clients."""
import base64
import json
import os
import re
import socket
import subprocess
import threading
import time

import pytest

from client import wait_until
from server import BINARY, START_BOUND_S, environment

REVOCATION_BOUND_S = 1
GIVEN = {"CODE_EXEC_API_KEY": "a-key-from-the-environment", "CODE_EXEC_ADMIN_KEY": "an-admins-key-from-there"}
JOB = {"code": "print(1)"}


def code_exec(*arguments, **variables):
    return subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True, timeout=START_BOUND_S,
                          env=environment(**variables))


def keys(directory, *arguments):
    return code_exec("keys", *arguments, "--data-dir", directory)


def make_key(directory, name, *options):
    ran = keys(directory, "add", name, *options)
    assert ran.returncode == 0, ran
    return ran.stdout.strip()


def bearer(key):
    return {"Authorization": f"Bearer {key}"}


def status(server, path="/version", headers=None, method="GET", body=None):
    return server.client.request(method, path, body, headers=headers).status


@pytest.fixture
def guarded(make_server):
    """A server with the two keys of the environment."""
    def start(*options, **variables):
        server = make_server(*options)
        server.variables.update(GIVEN, **variables)
        return server.start()
    return start


def test_a_key_is_made_listed_used_and_revoked_while_a_server_runs(make_server, tmp_path):
    server = make_server().start()
    assert status(server) == 200
    key = make_key(server.directory, "ci", "--rate", "5")
    assert re.fullmatch(r"ce_[A-Za-z0-9_-]{43}", key)
    wait_until(lambda: status(server) == 401, REVOCATION_BOUND_S, "the server asks for keys")
    assert status(server, headers=bearer(key)) == 200
    basic = {"Authorization": "Basic " + base64.b64encode(f"me:{key}".encode()).decode()}
    assert status(server, headers=basic) == 200
    assert status(server, headers={"X-Auth-Token": key}) == 200
    assert status(server, headers=bearer(key[:-1])) == 401
    answer = server.client.post("/submit-code?wait=true", JOB, headers=bearer(key))
    assert answer.json["result"] == "1"

    other = make_key(server.directory, "admin@example.org", "--admin")
    wait_until(lambda: status(server, headers=bearer(other)) == 200, REVOCATION_BOUND_S, "the second key is known")
    listed = json.loads(keys(server.directory, "list", "--json").stdout)["keys"]
    assert [(one["name"], one["admin"], one.get("rate")) for one in listed] == [("ci", False, 5),
                                                                              ("admin@example.org", True, None)]
    table = keys(server.directory, "list").stdout
    assert "admin@example.org" in table and listed[0]["id"] in table

    assert keys(server.directory, "revoke", "ci").returncode == 0
    revoked = time.monotonic()
    wait_until(lambda: status(server, headers=bearer(key)) == 401, REVOCATION_BOUND_S, "the key is refused")
    assert time.monotonic() - revoked < REVOCATION_BOUND_S
    assert status(server, headers=bearer(other)) == 200
    assert keys(server.directory, "revoke", listed[1]["id"]).returncode == 0
    wait_until(lambda: status(server, headers=bearer(other)) == 401, REVOCATION_BOUND_S, "the other key is refused")
    assert status(server) == 401, "no key is left, and nobody gets in"

    log = server.log()
    assert "keys loaded keys=1 admin=0" in log and "keys loaded keys=2 admin=1" in log
    for secret in (key, other):
        assert secret not in log
        assert secret not in (server.directory / "keys.json").read_text()


def test_a_key_that_was_idle_for_long_is_refused_at_its_first_request(make_server):
    server = make_server()
    key = make_key(server.directory, "one")
    server.start()
    assert status(server, headers=bearer(key)) == 200
    assert keys(server.directory, "revoke", "one").returncode == 0
    time.sleep(REVOCATION_BOUND_S)  # what is tested is that nothing was asked meanwhile
    assert status(server, headers=bearer(key)) == 401


def test_keys_can_be_made_before_the_first_start(make_server):
    server = make_server()
    key = make_key(server.directory, "first")
    mode = (server.directory / "keys.json").stat()
    assert mode.st_mode & 0o777 == 0o600
    assert mode.st_uid == server.directory.stat().st_uid
    server.start()
    assert status(server, headers=bearer(key)) == 200
    assert server.client.post("/submit-code?wait=true", JOB, headers=bearer(key)).json["result"] == "1"


def test_keys_can_be_made_in_an_empty_directory_of_roots(make_server):
    server = make_server()
    server.directory.mkdir()
    key = make_key(server.directory, "first")
    server.start()
    assert status(server, headers=bearer(key)) == 200


def test_a_damaged_file_changes_nothing_for_a_running_server_and_stops_another(make_server, tmp_path):
    server = make_server()
    key = make_key(server.directory, "one")
    server.start()
    file = server.directory / "keys.json"
    whole = file.read_text()
    file.write_text(whole[:-10])
    wait_until(lambda: status(server, headers=bearer(key)) and "keys not read" in server.log(), 5, "an error in the log")
    assert status(server, headers=bearer(key)) == 200
    assert status(server) == 401
    assert keys(server.directory, "add", "two").returncode == 1
    assert server.log().count("keys not read") == 1
    server.stop()
    ran = code_exec("serve", "--listen", "127.0.0.1:0", "--data-dir", server.directory)
    assert ran.returncode == 1
    assert "keys.json" in ran.stderr and " serving " not in ran.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives itself up")
def test_a_file_that_the_service_cannot_read_stops_its_start(tmp_path):
    file = tmp_path / "shared" / "keys.json"
    file.parent.mkdir(mode=0o755)
    file.write_text('{"keys": []}')
    file.chmod(0o600)
    ran = code_exec("serve", "--listen", "127.0.0.1:0", "--data-dir", tmp_path / "data", "--keys-file", file)
    assert ran.returncode == 1
    assert "keys.json: Permission denied" in ran.stderr and "user is 60600" in ran.stderr


def test_a_file_of_keys_elsewhere(make_server, tmp_path):
    file = tmp_path / "shared" / "keys.json"
    file.parent.mkdir(mode=0o755)  # beneath one that is root's alone
    ran = code_exec("keys", "add", "one", "--keys-file", file)
    assert ran.returncode == 0, ran
    if os.geteuid() == 0:
        os.chown(file, 60600, 60600)
    server = make_server("--keys-file", str(file)).start()
    assert status(server) == 401
    assert status(server, headers=bearer(ran.stdout.strip())) == 200
    assert code_exec("keys", "revoke", "one", CODE_EXEC_KEYS_FILE=str(file)).returncode == 0
    wait_until(lambda: status(server, headers=bearer(ran.stdout.strip())) == 401, REVOCATION_BOUND_S, "refused")
    missing = code_exec("serve", "--listen", "127.0.0.1:0", "--data-dir", tmp_path / "data2", "--keys-file",
                        tmp_path / "none.json")
    assert missing.returncode == 1
    assert "none.json" in missing.stderr


@pytest.mark.parametrize("arguments, why", [
    (["add", "one"], "revoke it first"),
    (["add", "a b"], "NAME"),
    (["add", "x", "--rate", "-1"], "--rate"),
    (["add", "x", "--concurrency", "1.5"], "--concurrency"),
    (["add"], "NAME"),
    (["revoke", "nobody"], "nobody"),
    ([], "ubcommand"),
])
def test_what_is_wrong_with_a_keys_command_is_told(tmp_path, arguments, why):
    make_key(tmp_path / "data", "one")
    before = (tmp_path / "data" / "keys.json").read_text()
    ran = keys(tmp_path / "data", *arguments)
    assert ran.returncode in (1, 2)
    assert why in ran.stderr + ran.stdout
    assert (tmp_path / "data" / "keys.json").read_text() == before


@pytest.mark.parametrize("how", ["file", "environment"])
def test_an_address_of_this_machines_network_needs_keys(make_server, tmp_path, how):
    server = make_server()
    server.listen = "0.0.0.0:0"
    key = GIVEN["CODE_EXEC_API_KEY"]
    if how == "file":
        key = make_key(server.directory, "one")
    else:
        server.variables.update(GIVEN)
    server.start()
    assert status(server) == 401
    assert status(server, headers={**bearer(key), "Host": "code.example.org"}) == 200


@pytest.mark.parametrize("variables, option", [
    ({"CODE_EXEC_API_KEY": "too-short"}, "--api-key"),
    ({"CODE_EXEC_ADMIN_KEY": "with a space in it, and long"}, "--admin-key"),
    ({"CODE_EXEC_CORS_ORIGIN": "https://example.org/"}, "--cors-origin"),
    ({"CODE_EXEC_CORS_ORIGIN": "*,https://example.org"}, "--cors-origin"),
    ({"CODE_EXEC_TRUST_PROXY": "10.0.0.0/40"}, "--trust-proxy"),
    ({"CODE_EXEC_RATE_LIMIT": "-1"}, "RATE_LIMIT"),
])
def test_a_wrong_option_is_refused_and_named_and_no_key_is_shown(tmp_path, variables, option):
    ran = code_exec("serve", "--listen", "127.0.0.1:0", "--data-dir", tmp_path / "data", **variables)
    assert ran.returncode == 2
    assert option in ran.stderr
    if "KEY" in list(variables)[0]:
        assert not any(value in ran.stderr for value in variables.values())


def test_help_does_not_show_keys():
    ran = code_exec("serve", "--help", **GIVEN)
    assert "--api-key" in ran.stdout
    assert not any(value in ran.stdout for value in GIVEN.values())


def test_nothing_but_health_answers_without_a_key(guarded):
    server = guarded()
    assert status(server, "/healthz") == 200
    assert status(server, "/readyz") == 200
    for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "BREW"):
        for path in ("/", "/version", "/metrics", "/api/v1/jobs", "/submit-code", "/job/exec-result", "/docs",
                     "/admin/queues", "/openapi.json", "/nowhere"):
            answer = server.client.request(method, path)
            assert answer.status == 401, (method, path, answer)
            assert answer.headers["WWW-Authenticate"].startswith("Bearer ")
    page = server.client.get("/", headers={"Accept": "text/html"})
    assert page.headers["WWW-Authenticate"].startswith("Basic ")
    assert 'code_exec_http_refused_total{reason="no_key"}' in server.client.get(
        "/metrics", headers=bearer(GIVEN["CODE_EXEC_API_KEY"])).raw.decode()
    assert not any(value in server.log() for value in GIVEN.values())


def raw_status(server, head):
    with socket.create_connection((server.client.host, server.client.port), timeout=30) as connection:
        connection.sendall(head.encode() + b"\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = b""
        while part := connection.recv(65536):
            answer += part
    return int(answer.split()[1])


@pytest.mark.parametrize("target", [
    "//healthz", "/healthz/", "/healthz/..", "/healthz/../version", "/healthz/../api/v1/jobs", "/healthz/%2e%2e/version",
    "/%2e/version", "/./version", "/healthz%2f..%2fversion", "/healthz;/version", "/healthz%00/version", "/healthz?/version",
    "http://localhost/version", "HTTP://localhost/healthz/../version", "http://healthz/version", "http:///healthz",
    "http://localhost@healthz/version", "*", "healthz", "localhost:80", "/version?access=open", "/HEALTHZ",
    "/version#/healthz", "/healthz\\..\\version", "/ｈealthz",
])
def test_no_way_to_write_a_path_gets_around_the_gate(guarded_once, target):
    answer = raw_status(guarded_once, f"GET {target} HTTP/1.1")
    # A malformed target is refused before it has a route.
    expected = (200,) if target in ("/healthz?/version", "http:///healthz") else (400, 401)
    assert answer in expected, target


@pytest.fixture(scope="module")
def guarded_once(tmp_path_factory):
    from server import Server
    server = Server(tmp_path_factory.mktemp("guarded") / "data", variables=GIVEN).start()
    yield server
    server.stop()


def test_headers_that_proxies_believe_are_no_way_in(guarded_once):
    for name in ("X-Original-URL", "X-Rewrite-URL", "X-Forwarded-For", "X-Forwarded-Host", "X-Remote-User",
                 "X-HTTP-Method-Override", "Forwarded", "Cookie", "Proxy-Authorization", "Sec-WebSocket-Protocol"):
        assert status(guarded_once, headers={name: "/healthz"}) == 401
        assert status(guarded_once, headers={name: GIVEN["CODE_EXEC_API_KEY"]}) == 401
    assert status(guarded_once, "/version?key=" + GIVEN["CODE_EXEC_API_KEY"]) == 401


def test_pages_of_other_origins_change_nothing(shared_server):
    own = f"http://{shared_server.client.host}:{shared_server.client.port}"
    for foreign in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"},
                    {"Origin": "http://127.0.0.1:1", "Sec-Fetch-Site": "same-site"}):
        answer = shared_server.client.post("/submit-code", JOB, headers={**foreign, "Content-Type": "text/plain"})
        assert answer.status == 403
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert status(shared_server, headers={**foreign, "Connection": "Upgrade", "Upgrade": "websocket"}) == 403
    assert shared_server.client.post("/submit-code", JOB, headers={"Origin": own}).status == 201
    assert shared_server.client.post("/submit-code", JOB, headers={"Sec-Fetch-Site": "same-origin"}).status == 201


def test_without_keys_a_name_that_resolves_here_is_refused(shared_server):
    assert status(shared_server, headers={"Host": "rebound.example"}) == 403
    assert status(shared_server, headers={"Host": "localhost:80"}) == 200
    assert status(shared_server, "/healthz", headers={"Host": "rebound.example"}) == 200


def test_an_origin_that_is_listed_is_answered(guarded):
    server = guarded("--cors-origin", "https://a.example,https://b.example", "--cors-origin", "http://c.example:8080")
    for origin in ("https://a.example", "https://b.example", "http://c.example:8080"):
        preflight = server.client.request("OPTIONS", "/api/v1/jobs", headers={
            "Origin": origin, "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type"})
        assert preflight.status == 204
        assert preflight.headers["Access-Control-Allow-Origin"] == origin
        assert "Authorization" in preflight.headers["Access-Control-Allow-Headers"]
        answer = server.client.post("/api/v1/jobs", JOB, headers={
            "Origin": origin, "Sec-Fetch-Site": "cross-site", **bearer(GIVEN["CODE_EXEC_API_KEY"])})
        assert answer.status == 201
        assert answer.headers["Access-Control-Allow-Origin"] == origin
        assert answer.headers["Vary"] == "Origin"
        assert "Location" in answer.headers["Access-Control-Expose-Headers"]
    other = server.client.request("OPTIONS", "/api/v1/jobs", headers={
        "Origin": "https://d.example", "Access-Control-Request-Method": "POST"})
    assert other.status == 401
    assert "Access-Control-Allow-Origin" not in other.headers


def test_a_client_that_submits_too_fast_is_told_to_wait(guarded):
    server = guarded("--rate-limit", "0.5", "--rate-burst", "3")
    user = bearer(GIVEN["CODE_EXEC_API_KEY"])
    answers = [server.client.post("/api/v1/jobs", JOB, headers=user) for _ in range(4)]
    assert [answer.status for answer in answers] == [201, 201, 201, 429]
    assert answers[0].headers["RateLimit"].startswith('"submissions";r=2;')
    refused = answers[-1]
    assert refused.headers["RateLimit-Policy"] == '"submissions";q=3;w=6'
    assert 1 <= int(refused.headers["Retry-After"]) <= 2
    assert refused.json["status"] == 429
    assert server.client.get("/api/v1/jobs", headers=user).status == 200
    admin = bearer(GIVEN["CODE_EXEC_ADMIN_KEY"])
    batch = server.client.post("/api/v1/jobs/batch", {"jobs": [JOB] * 10}, headers=admin)
    assert batch.status == 201
    owed = server.client.post("/api/v1/jobs", JOB, headers=admin)
    assert owed.status == 429
    assert 10 < int(owed.headers["Retry-After"]) <= 16
    wait_until(lambda: server.client.post("/api/v1/jobs", JOB, headers=user).status == 201, 10, "one more is admitted")


def test_a_client_has_so_many_requests_at_one_time(guarded):
    server = guarded("--client-concurrency", "2")
    user = bearer(GIVEN["CODE_EXEC_API_KEY"])
    sleeper = server.client.post("/api/v1/jobs", {"code": "import time; time.sleep(60)", "limits": {"wallTimeMs": 100_000}},
                                 headers=user).json["jobId"]
    waits = [threading.Thread(target=server.client.get, args=(f"/api/v1/jobs/{sleeper}?wait=60000",),
                              kwargs={"headers": user}) for _ in range(2)]
    for wait in waits:
        wait.start()
    refused = wait_until(lambda: (answer := server.client.get("/version", headers=user)).status == 429 and answer, 10,
                         "a third request refused")
    assert refused.headers["Retry-After"] == "1"
    admin = bearer(GIVEN["CODE_EXEC_ADMIN_KEY"])
    assert status(server, headers=admin) == 200
    assert server.client.request("DELETE", f"/api/v1/jobs/{sleeper}", headers=admin).status == 200
    for wait in waits:
        wait.join(30)
    wait_until(lambda: status(server, headers=user) == 200, 10, "the client may ask again")


def test_an_open_stream_is_a_request_under_way(guarded):
    server = guarded("--client-concurrency", "1")
    key = GIVEN["CODE_EXEC_API_KEY"]
    user = bearer(key)
    job_id = server.client.post("/api/v1/jobs", {"code": "import time; time.sleep(60)", "limits": {"wallTimeMs": 100_000}},
                                headers=user).json["jobId"]
    wait_until(lambda: status(server, headers=user) == 200, 10, "the answer has gone")
    with socket.create_connection((server.client.host, server.client.port), timeout=30) as stream:
        stream.sendall(f"GET /api/v1/jobs/{job_id}/events HTTP/1.1\r\nHost: localhost\r\n"
                       f"Authorization: Bearer {key}\r\n\r\n".encode())
        assert stream.recv(12) == b"HTTP/1.1 200"
        assert status(server, headers=user) == 429
        assert status(server, headers=bearer(GIVEN["CODE_EXEC_ADMIN_KEY"])) == 200
    wait_until(lambda: status(server, headers=user) == 200, 10, "the stream is over")
    assert server.client.request("DELETE", f"/api/v1/jobs/{job_id}", headers=user).status == 200
