"""Command services and workers that share a Redis and a MongoDB: for a client it is what one process is."""
import os
import pathlib
import subprocess
import tempfile
import threading
import time

import pytest
from client import FINAL, Client, wait_until
from machines import environment_of
from server import BINARY, Server, environment, free_port

SLEEPER = "import time\nprint('begun', flush=True)\ntime.sleep(60)"


def test_the_original_example(cluster):
    submitted = cluster.client.post("/submit-code", {"code": "print(6 * 7)"})

    assert submitted.status == 201
    result = cluster.client.wait_for(submitted.json["jobId"])
    assert (result["status"], result["result"]) == ("completed", "42")


def test_a_request_that_waits_is_woken_by_a_worker_elsewhere(cluster):
    began = time.monotonic()
    result = cluster.client.run("import time; time.sleep(0.5); print('late')")
    took = time.monotonic() - began

    assert result["result"] == "late"
    assert took < 9, "it was not woken but looked for itself"


def test_a_job_that_does_not_compile_wakes_it_too(cluster):
    began = time.monotonic()
    result = cluster.client.run("int main( {", language="c")

    assert result["reason"] == "compile_error"
    assert "error" in result["compileOutput"]
    assert time.monotonic() - began < 9


def test_every_worker_gets_jobs(cluster):
    answers = []

    def submit():
        answers.append(cluster.client.run("import time; time.sleep(0.3); print(1)"))

    threads = [threading.Thread(target=submit) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [answer["result"] for answer in answers] == ["1"] * 12
    for worker in cluster.workers:
        metrics = worker.client.get("/metrics").raw.decode()
        runs = [line for line in metrics.splitlines() if line.startswith("code_exec_stage_seconds_count{stage=\"exec\"")]
        assert runs and float(runs[0].split()[-1]) > 0, metrics


def test_output_beyond_a_document_of_the_store(cluster):
    bytes_each = 15 << 20
    result = cluster.client.run(f"import sys\nsys.stdout.write('o' * {bytes_each})\nsys.stderr.write('e' * {bytes_each})",
                                limits={"outputBytes": 16 << 20, "memoryBytes": 512 << 20})

    assert result["status"] == "completed", result["status"]
    assert (len(result["stdout"]), len(result["stderr"])) == (bytes_each, bytes_each)


def test_a_cancel_reaches_a_run_on_another_machine(cluster):
    client = cluster.client
    job_id = client.submit(SLEEPER)
    client.wait_until_running(job_id)

    began = time.monotonic()
    cancelled = client.delete(f"/api/v1/jobs/{job_id}")

    assert cancelled.status == 200, cancelled
    result = client.wait_for(job_id)
    assert result["reason"] == "cancelled"
    assert result["stdout"] == "begun\n", "what it had printed is its result"
    assert time.monotonic() - began < 5


def test_the_same_key_on_two_command_services_makes_one_job(make_cluster):
    cluster = make_cluster(commands=2)
    headers = {"Idempotency-Key": "one"}
    first, second = (command.client.post("/api/v1/jobs", {"code": "print(1)"}, headers=headers)
                     for command in cluster.commands)

    assert first.json["jobId"] == second.json["jobId"]
    assert cluster.commands[1].client.wait_for(first.json["jobId"])["result"] == "1"


def test_a_command_service_executes_nothing_and_a_worker_accepts_nothing(cluster):
    worker = cluster.workers[0].client
    assert worker.get("/healthz").status == 200
    assert worker.get("/readyz").status == 200
    assert worker.post("/submit-code", {"code": "print(1)"}).status == 404
    assert "code-exec-slot" not in subprocess.run(
        ["ps", "-o", "args", "--ppid", str(cluster.commands[0].process.pid)], capture_output=True, text=True).stdout


def test_the_former_system_s_variables(cluster, tmp_path):
    port = free_port()
    former = {**environment_of(cluster), "COMMAND_PORT": str(port)}
    process = subprocess.Popen([BINARY, "command"], env=environment(**former), stderr=subprocess.PIPE)
    try:
        client = Client("127.0.0.1", port)

        def is_ready():
            try:
                return client.get("/readyz").status == 200
            except OSError:
                return False

        wait_until(is_ready, 30, "the command service ready")
        assert client.run("print('by variables')")["result"] == "by variables"
    finally:
        process.kill()
        process.wait()


def test_serve_on_mongodb_alone(cluster, tmp_path):
    server = Server(tmp_path / "data", "--mongo", cluster.mongo.url + "-alone").start()
    try:
        assert server.client.run("print('in MongoDB')")["result"] == "in MongoDB"
    finally:
        server.stop()


def test_serve_beside_workers_on_the_same_queues(make_cluster, tmp_path):
    cluster = make_cluster(commands=0)
    server = Server(tmp_path / "data", "--redis", cluster.redis.url, "--mongo", cluster.mongo.url).start()
    try:
        ids = [server.client.submit(f"print({number})") for number in range(20)]
        assert [server.client.wait_for(job)["result"] for job in ids] == [str(number) for number in range(20)]
    finally:
        server.stop()


@pytest.mark.parametrize("arguments, named", [
    (["serve", "--redis", "redis://localhost"], "--redis: needs --mongo"),
    (["command", "--redis", "redis://localhost"], "--mongo: is needed"),
    (["worker", "--mongo", "mongodb://localhost"], "--redis: is needed"),
    (["worker", "--redis", "http://localhost", "--mongo", "mongodb://localhost"], "--redis: "),
    (["command", "--redis", "redis://localhost", "--mongo", "postgres://localhost"], "--mongo: "),
])
def test_what_cannot_work_is_refused_with_the_reason(arguments, named, tmp_path):
    ran = subprocess.run([BINARY, *arguments], capture_output=True, text=True, timeout=30, env=environment(),
                         cwd=tmp_path)

    assert ran.returncode in (1, 2)
    assert named in ran.stderr


def test_a_password_is_neither_shown_nor_logged(make_cluster, tmp_path):
    cluster = make_cluster(commands=0, workers=0)
    cluster.redis.ask("CONFIG", "SET", "requirepass", "opensesame")
    command = Server(tmp_path / "command", "--redis", f"redis://:opensesame@127.0.0.1:{cluster.redis.port}",
                     "--mongo", cluster.mongo.url, service="command", command=[BINARY]).start()
    command.stop()
    refused = Server(tmp_path / "refused", "--redis", f"redis://:wrongword@127.0.0.1:{cluster.redis.port}",
                     "--mongo", cluster.mongo.url, service="command").start(ready=False)
    try:
        answer = refused.client.get("/readyz")
        assert answer.status == 503
        assert "redis" in answer.json["detail"]
    finally:
        refused.stop()
    assert "opensesame" not in command.log()
    assert "wrongword" not in refused.log()


def test_a_worker_that_is_stopped_gives_its_jobs_to_the_others(make_cluster):
    cluster = make_cluster(workers=2, worker_options=("--concurrency", "1"))
    client = cluster.client
    ids = [client.submit("import time; time.sleep(1); print('done')") for _ in range(6)]
    wait_until(lambda: client.result(ids[1])["status"] in ("running", *FINAL), 30, "both at work")

    cluster.workers[0].terminate()
    assert cluster.workers[0].wait() == 0

    assert [client.wait_for(job)["result"] for job in ids] == ["done"] * 6


@pytest.fixture
def certificate():
    """Of localhost, signed by itself: its file and its key's. Where every user may enter, as services give up root."""
    with tempfile.TemporaryDirectory() as directory:
        os.chmod(directory, 0o755)
        paths = pathlib.Path(directory, "cert.pem"), pathlib.Path(directory, "key.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=DNS:localhost", "-out", paths[0], "-keyout", paths[1]],
                       check=True, capture_output=True, timeout=60)
        yield paths


def test_redis_with_tls_and_a_database_of_its_own(make_cluster, certificate, tmp_path):
    cluster = make_cluster(commands=0, workers=0)
    port = free_port()
    for name, value in (("tls-cert-file", certificate[0]), ("tls-key-file", certificate[1]), ("tls-auth-clients", "no"),
                        ("tls-port", port)):
        cluster.redis.ask("CONFIG", "SET", name, value)
    backends = ["--redis", f"rediss://localhost:{port}/3", "--mongo", cluster.mongo.url]
    trusting = {"SSL_CERT_FILE": str(certificate[0])}
    command = Server(tmp_path / "command", *backends, service="command", variables=trusting)
    worker = Server(tmp_path / "worker", *backends, service="worker", variables=trusting)
    stranger = Server(tmp_path / "stranger", *backends, service="command")
    try:
        command.start()
        worker.start()
        assert command.client.run("print('encrypted')")["result"] == "encrypted"
        assert cluster.redis.ask("-n", "3", "EXISTS", "bull:code-exec:meta") == "1"

        stranger.start(ready=False)
        answer = stranger.client.get("/readyz")
        assert answer.status == 503
        assert "certificate verify failed" in answer.json["detail"]
    finally:
        for service in (command, worker, stranger):
            if service.process:
                service.kill_all()
