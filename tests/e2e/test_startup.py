"""A server that cannot start says why, on standard error, and ends with exit code 1."""
import os
import socket
import subprocess

import pytest

from server import BINARY, START_BOUND_S, environment


def serve(*options, **variables):
    return subprocess.run([BINARY, "serve", *map(str, options)], capture_output=True, text=True,
                          timeout=START_BOUND_S, env=environment(**variables))


def test_a_port_that_is_taken(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = serve("--listen", f"127.0.0.1:{port}", "--data-dir", tmp_path / "data")
    assert ran.returncode == 1
    assert f"127.0.0.1:{port}" in ran.stderr
    assert "in use" in ran.stderr


def test_a_data_directory_that_is_a_file(tmp_path):
    (tmp_path / "data").write_text("")
    ran = serve("--listen", "127.0.0.1:0", "--data-dir", tmp_path / "data")
    assert ran.returncode == 1
    assert str(tmp_path / "data") in ran.stderr


def test_a_data_directory_that_is_in_use(tmp_path, make_server):
    server = make_server().start()
    ran = serve("--listen", "127.0.0.1:0", "--data-dir", server.directory)
    assert ran.returncode == 1
    assert f"--data-dir: {server.directory} is in use by another code-exec (process " in ran.stderr
    assert server.client.run("print(1)")["result"] == "1"


@pytest.mark.skipif(os.geteuid() != 0, reason="containers of an OCI runtime need root")
@pytest.mark.parametrize("runtime, why", [("nosuch", "no program nosuch in PATH"), ("/etc", "/etc is not an executable file"),
                                          ("/bin/true", "started no container")])
def test_an_oci_runtime_that_is_none(tmp_path, runtime, why):
    ran = serve("--listen", "127.0.0.1:0", "--data-dir", tmp_path / "data", "--isolation", f"oci:{runtime}")
    assert ran.returncode == 1
    assert "--isolation: " in ran.stderr and why in ran.stderr
    assert " serving " not in ran.stderr


def test_a_data_directory_on_a_read_only_file_system():
    ran = serve("--listen", "127.0.0.1:0", "--data-dir", "/proc/code-exec")
    assert ran.returncode == 1
    assert "/proc/code-exec" in ran.stderr


def test_a_database_that_is_damaged(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "code-exec.db").write_bytes(b"this is no database" * 1000)
    ran = serve("--listen", "127.0.0.1:0", "--data-dir", tmp_path / "data")
    assert ran.returncode == 1
    assert "code-exec.db" in ran.stderr


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 1 MiB."""
    directory = tmp_path / "disk"
    directory.mkdir()
    if os.geteuid() != 0:
        pytest.skip("needs root, to mount a small file system")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(directory)], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("needs the right to mount: " + mounted.stderr.decode().strip())
    yield directory
    subprocess.run(["umount", "-l", str(directory)], check=True)


def test_a_disk_that_is_full(small_disk):
    (small_disk / "data").mkdir()
    with open(small_disk / "filler", "wb", buffering=0) as filler:
        try:
            while True:
                filler.write(b"x" * 4096)
        except OSError:
            pass
    ran = serve("--listen", "127.0.0.1:0", "--data-dir", small_disk / "data")
    assert ran.returncode == 1
    assert ran.stderr.strip()


def test_a_disk_that_fills_up_refuses_jobs_and_recovers(small_disk, make_server):
    server = make_server(directory=small_disk / "data").start()
    server.log_path.touch()
    client = server.client
    assert client.run("print(1)")["result"] == "1"
    filler = small_disk / "filler"
    with open(filler, "wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 512)
        except OSError:
            pass
    answers = [client.post("/submit-code", {"code": "#" * 50_000}) for _ in range(30)]
    refused = [answer for answer in answers if answer.status != 201]
    assert refused, "submissions to a full disk cannot all have been stored"
    for answer in refused:
        assert answer.status == 503
        assert answer.headers["Retry-After"]
    filler.unlink()
    answer = client.post("/submit-code?wait=true", {"code": "print(2)"})
    assert answer.json.get("result") == "2", answer


def test_runtimes_that_are_not_there(tmp_path):
    ran = serve("--listen", "127.0.0.1:0", "--data-dir", tmp_path / "data", "--runtimes", tmp_path / "none")
    assert ran.returncode == 1
    assert str(tmp_path / "none") in ran.stderr


def test_a_runtime_file_that_is_wrong(tmp_path):
    (tmp_path / "runtimes").mkdir()
    (tmp_path / "runtimes" / "odd.toml").write_text("name = \n")
    ran = serve("--listen", "127.0.0.1:0", "--data-dir", tmp_path / "data", "--runtimes", tmp_path / "runtimes")
    assert ran.returncode == 1
    assert "odd.toml" in ran.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user's service keeps the user's own directory")
def test_a_directory_that_is_somebody_elses(tmp_path):
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "letter").write_text("mine")
    ran = serve("--listen", "127.0.0.1:0", "--data-dir", tmp_path / "home")
    assert ran.returncode == 1
    assert "not empty" in ran.stderr
    assert (tmp_path / "home" / "letter").stat().st_uid == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to be shut out of its directories afterwards")
def test_a_data_directory_below_one_that_only_root_may_enter(tmp_path, make_server):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    server = make_server(directory=closed / "data").start()
    assert server.client.run("print(1)")["result"] == "1"
    server.stop()
    # What it wrote is there for the next start, which reads it as the service again.
    server.start()
    assert len(server.client.get("/api/v1/jobs").json["jobs"]) == 1
