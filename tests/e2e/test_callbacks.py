"""Results are posted to whoever wants to be called back: signed, at least once, and nowhere they should not go."""
import os
import pathlib
import re
import subprocess
import tempfile
import threading
import time

import pytest

from client import SLOWNESS, wait_until
from receiver import Receiver, answer_with
from server import Server, free_port

SECRET = "a secret for the tests"
OPTIONS = ["--callback-allow-private", "--callback-secret", SECRET]
FIRST_PAUSE_S = 6 * SLOWNESS
LEASE_S = 30


@pytest.fixture
def make_receiver():
    made = []

    def make(*arguments, **options):
        made.append(Receiver(*arguments, **options))
        return made[-1]

    yield make
    for receiver in made:
        receiver.close()


@pytest.fixture(scope="module")
def calling(tmp_path_factory):
    """A server that calls back to loopback, for all tests that leave it as they found it."""
    server = Server(tmp_path_factory.mktemp("calling") / "data", *OPTIONS).start()
    yield server
    server.stop()


def metric(client, result):
    text = client.get("/metrics").raw.decode()
    found = re.search(rf'^code_exec_callbacks_total{{result="{result}"}} (\d+)', text, re.M)
    return int(found[1]) if found else 0


@pytest.mark.parametrize("path", ["/submit-code", "/api/v1/jobs"])
def test_the_result_is_posted_signed_and_once(calling, make_receiver, path):
    receiver = make_receiver()
    delivered = metric(calling.client, "delivered")
    submitted = calling.client.post(path, {"code": "print('é', 6 * 7)", "callbackUrl": receiver.url("/done?token=x")})
    assert submitted.status == 201, submitted
    job_id = submitted.json["jobId"]

    post, = receiver.wait_for()

    assert post.path == "/done?token=x"
    assert post.headers["Host"] == f"127.0.0.1:{receiver.port}"
    assert post.headers["Content-Type"] == "application/json"
    assert re.fullmatch(r"code-exec/\S+", post.headers["User-Agent"])
    assert post.headers["X-Code-Exec-Delivery"] == job_id
    assert abs(int(post.headers["X-Code-Exec-Timestamp"]) - time.time()) < 60
    assert post.is_signed_with(SECRET)
    shown = calling.client.get(f"/api/v1/jobs/{job_id}")
    assert post.body == shown.raw
    assert b"token=x" not in shown.raw, "a URL may hold a secret"
    wait_until(lambda: metric(calling.client, "delivered") == delivered + 1, 10, "the delivery counted")
    assert len(receiver.posts) == 1


def test_every_end_of_a_job_calls_back(calling, make_receiver):
    receiver = make_receiver()
    client = calling.client
    ends = {
        client.submit("import sys; sys.exit(3)", callbackUrl=receiver.url()): "runtime_error",
        client.submit("int main( {", language="c", callbackUrl=receiver.url()): "compile_error",
        client.submit("while True: pass", limits={"cpuTimeMs": 200}, callbackUrl=receiver.url()): "time_limit",
    }
    cancelled = client.submit("import time; time.sleep(60)", callbackUrl=receiver.url())
    client.wait_until_running(cancelled)
    assert client.delete(f"/api/v1/jobs/{cancelled}").status == 200
    ends[cancelled] = "cancelled"

    posts = receiver.wait_for(4)

    assert {post.job_id for post in posts} == set(ends)
    for post in posts:
        assert f'"reason":"{ends[post.job_id]}"'.encode() in post.body


def test_every_job_of_a_batch_calls_back_where_it_wants(calling, make_receiver):
    receivers = [make_receiver(), make_receiver()]
    jobs = [{"code": f"print({n})", "callbackUrl": receivers[n % 2].url()} for n in range(20)] + [{"code": "print(1)"}]
    answer = calling.client.post("/api/v1/jobs/batch", {"jobs": jobs})
    ids = [job["jobId"] for job in answer.json["jobs"]]

    for n, receiver in enumerate(receivers):
        assert {post.job_id for post in receiver.wait_for(10)} == set(ids[n:20:2])


def test_a_callback_that_fails_comes_again_and_can_be_told_for_a_repeat(calling, make_receiver):
    def answer(handler, number):
        answer_with(500 if number == 0 else 200)(handler, number)

    receiver = make_receiver(answer)
    calling.client.submit("print(1)", callbackUrl=receiver.url())

    first, second = receiver.wait_for(2, 3 * FIRST_PAUSE_S)

    assert first.headers["X-Code-Exec-Delivery"] == second.headers["X-Code-Exec-Delivery"]
    assert first.body == second.body
    assert second.is_signed_with(SECRET)


def test_a_redirect_is_not_followed(calling, make_receiver):
    inner = make_receiver()
    receiver = make_receiver(lambda handler, number:
                             answer_with(307 if number == 0 else 200, Location=inner.url())(handler, number))
    calling.client.submit("print(1)", callbackUrl=receiver.url())

    receiver.wait_for(2, 3 * FIRST_PAUSE_S)

    assert inner.posts == []


def test_410_ends_it(calling, make_receiver):
    receiver = make_receiver(answer_with(410))
    before = metric(calling.client, "given_up")
    calling.client.submit("print(1)", callbackUrl=receiver.url())

    wait_until(lambda: metric(calling.client, "given_up") == before + 1, 20, "given up")
    assert len(receiver.posts) == 1


def test_slow_and_endless_receivers_hold_up_no_others(make_server, make_receiver):
    enough = threading.Event()

    def never(_handler, _number):
        enough.wait(60)

    def endless(handler, _number):
        handler.send_response(200)
        handler.end_headers()
        while not enough.is_set():
            handler.wfile.write(b"x" * 65536)

    def endless_header(handler, _number):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not enough.is_set():
            handler.wfile.write(b"X: " + b"x" * 1000 + b"\r\n")

    server = make_server(*OPTIONS, "--drain-timeout", "1").start()
    bad = [make_receiver(never), make_receiver(endless), make_receiver(endless_header)]
    good = make_receiver()
    jobs = [{"code": "print(1)", "callbackUrl": receiver.url()} for receiver in bad * 20]
    assert server.client.post("/api/v1/jobs/batch", {"jobs": jobs}).status == 201
    for receiver in bad:
        receiver.wait_for(1)

    began = time.monotonic()
    server.client.submit("print(2)", callbackUrl=good.url("/", host="localhost"))
    good.wait_for()
    took = time.monotonic() - began

    assert took < 10 * SLOWNESS
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < 10 * SLOWNESS, "a receiver held up the end"
    enough.set()


def test_a_callback_survives_the_end_of_the_process(make_server, make_receiver):
    port = free_port()
    server = make_server(*OPTIONS).start()
    job_id = server.client.submit("print(1)", callbackUrl=f"http://127.0.0.1:{port}/")
    server.client.wait_for(job_id)
    server.kill_all()

    receiver = make_receiver(port=port)
    server.start()

    assert receiver.wait_for(1, LEASE_S + 3 * FIRST_PAUSE_S)[0].job_id == job_id


def test_a_callback_survives_the_end_of_the_process_while_it_is_posted(make_server, make_receiver):
    port = free_port()
    silent = Receiver(lambda _handler, _number: time.sleep(60), port=port)
    server = make_server(*OPTIONS).start()
    job_id = server.client.submit("print(1)", callbackUrl=silent.url())
    silent.wait_for()
    server.kill_all()
    silent.close()

    receiver = make_receiver(port=port)
    server.start()

    assert receiver.wait_for(1, LEASE_S + 3 * FIRST_PAUSE_S)[0].job_id == job_id


def test_a_job_that_was_to_run_when_the_process_died_calls_back(make_server, make_receiver):
    receiver = make_receiver()
    server = make_server(*OPTIONS).start()
    job_id = server.client.submit("import time; time.sleep(1); print(1)", callbackUrl=receiver.url())
    server.client.wait_until_running(job_id)
    server.kill_all()

    server.start()

    assert receiver.wait_for()[0].job_id == job_id


WRONG_URLS = ["/done", "example.org", "ftp://example.org/", "http://", "http://user@example.org/", "http://a/#x",
              "http://example.org:25/", "http://example.org/" + "x" * 2048, "http://a b/", "http://a%0d%0aX:%20y/",
              "http://127.0.0.1/", "http://127.1/", "http://0x7f.1/", "http://2130706433/", "http://017700000001/",
              "http://0/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://10.0.0.1/", "http://192.168.1.1/",
              "http://169.254.169.254/latest/meta-data/", "http://[fe80::1]/", "http://[64:ff9b::7f00:1]/"]


@pytest.mark.parametrize("url", WRONG_URLS)
@pytest.mark.parametrize("path", ["/submit-code", "/api/v1/jobs"])
def test_an_address_that_is_not_called_is_refused_at_once(client, path, url):
    answer = client.post(path, {"code": "print(1)", "callbackUrl": url})

    assert answer.status == 422, answer
    assert answer.json["field"] == "callbackUrl"


def test_a_wrong_callback_of_a_batch_is_named(client):
    jobs = [{"code": "1"}, {"code": "1", "callbackUrl": "nowhere"}]
    answer = client.post("/api/v1/jobs/batch", {"jobs": jobs})
    assert (answer.status, answer.json["field"]) == (422, "jobs[1].callbackUrl")
    answer = client.post("/api/v1/jobs", {"code": "1", "callbackUrl": 7})
    assert (answer.status, answer.json["field"]) == (400, "callbackUrl")


def test_metadata_of_clouds_is_not_called_even_with_the_option(calling):
    answer = calling.client.post("/submit-code", {"code": "1", "callbackUrl": "http://169.254.169.254/"})
    assert (answer.status, answer.json["field"]) == (422, "callbackUrl")


def test_a_name_of_a_private_address_is_not_called(make_server, make_receiver):
    receiver = make_receiver()
    server = make_server("--callback-secret", SECRET).start()
    server.client.submit("print(1)", callbackUrl=receiver.url("/?token=hidden", host="localhost"))

    wait_until(lambda: metric(server.client, "failed") == 1, 20, "the callback refused")

    assert receiver.posts == []
    assert "private or reserved" in server.log()
    assert "hidden" not in server.log()


def test_serve_makes_a_secret_and_keeps_it(make_server, make_receiver):
    receiver = make_receiver()
    server = make_server("--callback-allow-private").start()
    server.client.submit("print(1)", callbackUrl=receiver.url())
    receiver.wait_for()
    file = server.directory / "callback-secret"
    secret = file.read_text().strip()

    assert receiver.posts[0].is_signed_with(secret)
    assert file.stat().st_mode & 0o777 == 0o600
    assert "callback-secret" in server.log()
    assert secret not in server.log()
    server.stop()
    server.start()
    server.client.submit("print(1)", callbackUrl=receiver.url())
    receiver.wait_for(2)
    assert receiver.posts[1].is_signed_with(secret)


@pytest.fixture(scope="module")
def certificate():
    """A certificate of its own for localhost, with its key in one file and alone in another, which anybody can read: the
    service is not who started it."""
    with tempfile.TemporaryDirectory() as directory:
        os.chmod(directory, 0o755)
        pair, public = pathlib.Path(directory, "pair.pem"), pathlib.Path(directory, "public.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", pair, "-out", public, "-days", "2", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
        pair.write_text(pair.read_text() + public.read_text())
        yield pair, public


def test_https_is_verified(make_server, make_receiver, certificate):
    pair, public = certificate
    receiver = make_receiver(certificate=pair)
    server = make_server(*OPTIONS)
    server.variables["SSL_CERT_FILE"] = str(public)
    server.start()

    server.client.submit("print(1)", callbackUrl=receiver.url("/name", host="localhost"))
    assert receiver.wait_for()[0].is_signed_with(SECRET)

    server.client.submit("print(1)", callbackUrl=receiver.url("/other-name"))  # by address: not in the certificate
    wait_until(lambda: metric(server.client, "failed") == 1, 20, "the other name refused")
    server.stop()
    server.variables.clear()
    server.start()  # now nobody vouches for it
    server.client.submit("print(1)", callbackUrl=receiver.url("/stranger", host="localhost"))
    wait_until(lambda: metric(server.client, "failed") >= 1, 20, "the certificate refused")
    assert [post.path for post in receiver.posts] == ["/name"]


def test_a_receiver_cannot_choose_a_group_that_is_slow(make_server, make_receiver, certificate, tmp_path):
    pair, public = certificate
    group = tmp_path / "group.pem"
    subprocess.run(["openssl", "genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt", "group:ffdhe2048", "-out", group],
                   check=True, capture_output=True)
    slow = make_receiver(certificate=pair, ciphers="DHE", group=group)
    quick = make_receiver(certificate=pair, ciphers="ECDHE+AESGCM")
    server = make_server(*OPTIONS)
    server.variables["SSL_CERT_FILE"] = str(public)
    server.start()
    for receiver in (slow, quick):
        server.client.submit("print(1)", callbackUrl=receiver.url(host="localhost"))
    quick.wait_for()
    wait_until(lambda: metric(server.client, "failed") == 1, 20, "the handshake refused")
    assert slow.posts == []
