"""Attacks that are not one program: names in requests, what one run leaves for the next or does to the one beside it,
what the service does with names that a run could have planted, comparisons of several runs. See README.md."""
import base64
import concurrent.futures
import json
import os
import pathlib
import socket
import stat
import subprocess
import textwrap

import pytest

from client import wait_until
from machine import FILES_OF_A_WAITING_RUN, descriptors_of, is_waiting_run
from server import BINARY, Server, descendants

PROGRAMS = pathlib.Path(__file__).parent / "programs"
HELPER = {"name": "attack.py", "content": (PROGRAMS / "attack.py").read_text()}
CANARY = "print(sum(range(1000)))"
CANARY_OUTPUT = "499500\n"


@pytest.fixture
def client(server):
    yield server.client
    assert server.client.run(CANARY)["stdout"] == CANARY_OUTPUT, "the program after the attack"


def run(client, code, **fields):
    files = fields.pop("files", [])
    return client.run(textwrap.dedent(code), files=[HELPER, *files], **fields)


def completed(client, code, **fields):
    """What it printed; it must have completed."""
    result = run(client, code, **fields)
    assert result["status"] == "completed", result
    return result["stdout"]


def problem(client, **submission):
    """The status of a refusal, after which nothing was stored."""
    before = client.get("/api/v1/jobs").json["jobs"]
    answer = client.post("/submit-code", {"code": CANARY, **submission})
    assert client.get("/api/v1/jobs").json["jobs"] == before
    return answer.status


class Marker:
    """A tree of the host's that nothing may change, whoever asks."""

    def __init__(self, directory):
        self.directory = directory
        (directory / "below").mkdir(parents=True)
        self.file = directory / "below" / "file"
        self.file.write_text("the host's")
        self.file.chmod(0o640)
        directory.chmod(0o755)
        self.before = self.look()

    def look(self):
        paths = [self.directory, *sorted(self.directory.rglob("*"))]
        facts = [os.lstat(path) for path in paths]
        return [(str(path), fact.st_ino, fact.st_mode, fact.st_uid, fact.st_gid, fact.st_mtime_ns, fact.st_ctime_ns)
                for path, fact in zip(paths, facts)] + [self.file.read_text()]

    def assert_untouched(self):
        assert self.look() == self.before


@pytest.fixture
def marker(tmp_path):
    made = Marker(tmp_path / "marker")
    yield made
    made.assert_untouched()


# ---- names in requests

@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/../../x", "a/..", "/etc/x", "//x", "a//b", "a/", "./a", "a\0b",
                                  "a\nb", "\x1b[31m", "\x7f", "x" * 256, "x/" * 128, "main.py", "main.py/x"])
def test_d13_a_file_name_that_escapes_is_refused(client, name):
    assert problem(client, files=[{"name": name, "content": "x"}]) == 422


@pytest.mark.parametrize("names", [("dir/test", "dir"), ("dir", "dir/test"), ("same", "same"), ("a/b", "a/b/c")])
def test_d14_files_that_cannot_be_side_by_side_are_refused(client, names):
    assert problem(client, files=[{"name": name, "content": "x"} for name in names]) == 422


def test_d14_a_file_in_the_place_of_the_compiled_program_is_refused(client):
    for name in ("main", "main/x", "main.c"):
        assert problem(client, language="c", code="int main(){}", files=[{"name": name, "content": "x"}]) == 422


def test_d15_o16_odd_names_come_through_and_into_no_log(server, client):
    names = ["%s%n{}%x", "-rf", "$(id)", "`id`", "a b", "'\"", "..x", "...", "\u20ac", "a/%s/\u00e9", "\\", "*", "~", "x" * 255]
    output = completed(client, """
        import os
        found = [os.path.relpath(os.path.join(d, n)) for d, _, names in os.walk(".") for n in names]
        print(sorted(n for n in found if "__pycache__" not in n and n not in ("main.py", "attack.py")))
        print("%s%n{}{0}%999999d")
        """, files=[{"name": name, "content": "x"} for name in names], args=["%s%n{}"])
    assert output == f"{sorted(names)}\n%s%n{{}}{{0}}%999999d\n"
    assert "%n" not in server.log() and "$(id)" not in server.log()


def test_d15_bytes_that_are_no_text_are_refused(client):
    body = json.dumps({"code": CANARY, "files": [{"name": "NAME", "content": "x"}]}).encode()
    assert client.request("POST", "/submit-code", body.replace(b"NAME", b"\xc3.txt")).status in (400, 422)


# ---- what the service does with names that a run could have planted

PLANT = """
    import os, sys
    target = sys.argv[1]
    os.unlink("main.py")
    for place in ("/box", "/tmp", "/dev/shm"):
        for name in ("main.py", "main.c", "main", "run", "run.sh", "compile", "stdout", "attack.py", "x", "file"):
            for number, aim in enumerate((target, os.path.dirname(target))):
                path = os.path.join(place, name)
                os.symlink(aim, f"{path}.{number}" if os.path.lexists(path) else path)
    if os.fork() == 0:  # and goes on swapping while the service looks
        while True:
            for name in ("main.py", "main"):
                os.rename(name, "y"); open(name, "w").close(); os.rename("y", name)
    print("planted", len(os.listdir("/box")) > 15)
    """


def test_cve_2024_28185_nothing_is_written_through_a_planted_link(server, client, marker):
    """Judge0 wrote its script into the directory of the job, through a link that the job had left under that name."""
    for _ in range(4):  # every slot, and each again
        assert completed(client, PLANT, args=[str(marker.file)]) == "planted True\n"
        result = run(client, "import os; print(sorted(os.listdir()), os.path.islink('main.py'))")
        assert result["stdout"] == "['attack.py', 'main.py'] False\n"
    marker.assert_untouched()


def test_cve_2024_28185_a_compilation_leaves_nothing_for_the_run(client, marker):
    """Between the two phases only the compiler's output moves, into a new directory."""
    source = """
        #include <stdio.h>
        #include <sys/stat.h>
        #include <unistd.h>
        int main(int count, char** arguments) {
          struct stat status;
          lstat("main", &status);
          printf("%d %d", S_ISREG(status.st_mode), access("main.c", F_OK) + access("a.out", F_OK));
          unlink("main");
          printf(" %d\\n", symlink(arguments[1], "main") + symlink(arguments[1], "main.c") + 0 * count);
        }"""
    for _ in range(4):  # compiled once, then from the cache
        result = client.run(source, language="c", args=[str(marker.file)])
        assert result["stdout"] == "1 -2 0\n", result
    marker.assert_untouched()


@pytest.mark.parametrize("included", ["/etc/shadow", "/proc/1/environ", "/proc/1/root/etc/passwd", "/root/.profile", "MARKER"])
def test_d11_a_source_cannot_include_what_the_run_cannot_see(client, marker, included):
    path = included.replace("MARKER", str(marker.file))
    for source in (f'#include "{path}"\nint main(){{}}', f'__asm__(".incbin \\"{path}\\"");int main(){{}}'):
        result = client.run(source, language="c")
        assert result["reason"] == "compile_error" and "the host's" not in json.dumps(result), result
        assert "No such file" in result["compileOutput"] or "file not found" in result["compileOutput"], result


def test_cve_2024_28189_clearing_changes_no_owner_mode_or_file_behind_a_link(server, client, marker):
    """Judge0 changed the owner of a path, through a link that the job had put in its place."""
    def of_the_service():
        return {path: (stat.S_IMODE(os.lstat(path).st_mode), os.lstat(path).st_uid)
                for path in [server.directory, *server.directory.rglob("*")] if os.path.lexists(path)}

    before = of_the_service()
    flood = "sys.stdout.flush()\nwhile True:\n    os.write(1, b'x' * 65536)\n"
    for ending, limits in (("", {}), ("", {"diskBytes": 1 << 20}), (flood, {})):  # cleared, resized, thrown away
        for target in (str(marker.file), str(server.directory / "code-exec.db"), "/proc/self/root", "/"):
            result = run(client, textwrap.dedent(PLANT) + ending, args=[target], limits=limits)
            assert result["stdout"].startswith("planted True\n"), result
            assert result["reason"] == ("output_limit" if ending else None), result
    after = of_the_service()
    assert {path: after[path] for path in before if path in after} == {path: before[path] for path in before if path in after}
    marker.assert_untouched()


def test_cve_2024_28189_taking_over_a_data_directory_follows_no_link(tmp_path, marker):
    """The one place where we change owners: at the start, as root, in a directory that an earlier start made."""
    if os.geteuid() != 0:
        pytest.skip("only root changes owners")
    data = tmp_path / "data"
    (data / "codes").mkdir(parents=True)
    (data / "code-exec.db").touch()
    os.symlink(marker.file, data / "link")
    os.symlink(marker.directory, data / "codes" / "link")
    started = Server(data)
    started.start()
    started.stop()
    assert data.stat().st_uid != 0  # the control: owners were changed
    marker.assert_untouched()
    os.chown(data, 0, 0)
    os.link(marker.file, data / "hard")
    marker.before = marker.look()  # its count of names and so its time of change are ours
    with pytest.raises(AssertionError):
        Server(data).start()
    marker.assert_untouched()


def test_d23_a_program_just_written_can_be_executed_under_load(client):
    source = "#include <stdio.h>\nint main(int c, char** v) { return puts(v[c - 1]) < 0; }"
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda n: client.run(source, language="c", args=[str(n)]), range(60)))
    assert [result["stdout"] for result in results] == [f"{n}\n" for n in range(60)]


# ---- streams

def test_o04_bytes_that_are_no_text_come_back_exactly(client):
    job = client.submit("import os; os.write(1, bytes(range(256))); os.write(2, b'\\xff\\0')")
    client.wait_for(job)
    result = client.get(f"/api/v1/jobs/{job}?encoding=base64").json
    assert base64.b64decode(result["stdout"]) == bytes(range(256))
    assert base64.b64decode(result["stderr"]) == b"\xff\0"


def test_o06_what_is_cut_ends_with_a_whole_character(client):
    for character, size in (("\u00e9", 999), ("\u20ac", 1000), ("\U0001f600", 1001)):
        result = client.run(f"print({character!r} * 1000, end='')", limits={"outputBytes": size})
        assert result["stdout"] == character * (size // len(character.encode())) and result["truncated"], result


def test_o11_input_that_nobody_reads(client):
    most = 1 << 20
    for code in ("print(1)", "import os\nos.close(0)\nprint(1)", "import sys\nsys.stdin.read(1)\nprint(1)"):
        assert client.run(code, stdin="x" * (most - 1))["stdout"] == "1\n"
    assert client.post("/submit-code", {"code": CANARY, "stdin": "x" * (50 << 20)}).status == 413


# ---- the host's files and the neighbour's

def test_f01_f11_the_services_own_files_cannot_be_found(server, client):
    paths = [server.directory, server.directory / "code-exec.db", server.log_path, BINARY, __file__,
             *server.directory.iterdir()]
    output = completed(client, """
        import os, sys
        from attack import word
        print(sorted({word(os.lstat, path) for path in sys.argv[1:]}), word(os.lstat, "/box"))
        """, args=[str(path) for path in paths])
    assert output == "['ENOENT'] ok\n"


def test_f16_what_is_mounted_below_a_shared_directory_is_read_only_too(tmp_path):
    if os.geteuid() != 0:
        pytest.skip("a mount needs root")
    place = next(path for path in ("/usr/local/games", "/usr/games", "/usr/local/src", "/usr/src") if os.path.isdir(path))
    mounted = f'mount -t tmpfs none {place} && touch {place}/seen && chmod 777 {place} && exec "$0" "$@"'
    made = Server(tmp_path / "data", command=("unshare", "-m", "--propagation", "private", "sh", "-c", mounted, BINARY)).start()
    try:
        output = completed(made.client, f"""
            import os
            from attack import word
            print(os.listdir("{place}"), word(open, "{place}/x", "w"), word(os.chmod, "{place}", 0o700))
            """)
    finally:
        made.stop()
    assert output == "['seen'] EROFS EROFS\n"


HOLD = """
    import os, signal, socket, sys, time
    end = time.monotonic() + 3
    with open("/box/secret", "w") as file:
        file.write("secret")
    listening = socket.create_server(("127.0.0.1", 5000))
    abstract = socket.socket(socket.AF_UNIX)
    abstract.bind("\\0neighbour")
    abstract.listen()
    signal.pthread_sigmask(signal.SIG_BLOCK, [40])
    own = socket.create_connection(("127.0.0.1", 5000), 5)
    listening.accept()
    reached = 0
    listening.settimeout(0.05)
    while time.monotonic() < end:
        try:
            listening.accept()
            reached += 1
        except TimeoutError:
            pass
    print("held", reached)
    """


def beside(client, code, **fields):
    """What the program printed while a neighbour held on to everything; the neighbour must not have noticed."""
    neighbour = client.submit(textwrap.dedent(HOLD))
    client.wait_until_running(neighbour)
    output = completed(client, code, **fields)
    held = client.wait_for(neighbour)
    assert held["stdout"] == "held 0\n", held
    return output


def test_w06_f11_a_neighbours_server_and_files_cannot_be_reached(client):
    output = beside(client, """
        import os, socket, time
        from attack import word
        tries, seen, end = set(), set(), time.monotonic() + 1.5
        while time.monotonic() < end:
            tries.add(word(socket.create_connection, ("127.0.0.1", 5000), 1))
            tries.add(word(socket.create_connection, ("::1", 5000), 1))
            tries.add(word(socket.socket(socket.AF_UNIX).connect, "\\0neighbour"))
            seen |= {word(open, f"/proc/{pid}/{name}/box/secret") for pid in range(1, 60) if pid != os.getpid() for name in ("root", "cwd")}
            seen |= {word(open, path) for path in ("/box/secret", "/box/../box/secret", "/tmp/../box/secret")}
        print(sorted(tries), sorted(seen), word(socket.create_server, ("127.0.0.1", 5000)))
        """)
    assert output == "['ECONNREFUSED'] ['ENOENT'] ok\n"


def test_n09_a_neighbour_that_uses_up_what_is_counted_by_user_is_not_felt(client):
    """Pending signals, timers, waiters on epoll, processes: everyone has his own."""
    take = textwrap.dedent("""
        import ctypes, os, select, signal, sys, time
        from attack import libc
        signal.pthread_sigmask(signal.SIG_BLOCK, [40])
        info = ctypes.create_string_buffer(128)
        ctypes.c_int.from_buffer(info, 8).value = -1
        signals = 0
        while signals < 600 and libc.syscall(129, os.getpid(), 40, info) == 0:
            signals += 1
        timer = ctypes.c_int()
        timers = 0
        while timers < 400 and libc.syscall(222, 1, None, ctypes.byref(timer)) == 0:
            timers += 1
        children = 0
        try:
            while children < 60:
                if os.fork() == 0:
                    time.sleep(60)
                children += 1
        except OSError:
            pass
        print(signals, timers, children, flush=True)
        """)
    first = client.submit(take + "time.sleep(3)\n", files=[HELPER])
    client.wait_until_running(first)
    assert completed(client, take) == "600 400 60\n"
    assert client.wait_for(first)["stdout"] == "600 400 60\n"


# ---- the network

def listeners():
    """Servers of the host: on loopback of both kinds, on its own address, and local ones with and without a name."""
    made = [socket.create_server(("127.0.0.1", 0)), socket.create_server(("0.0.0.0", 0))]
    if socket.has_ipv6 and os.path.exists("/proc/net/if_inet6"):
        made.append(socket.create_server(("::1", 0), family=socket.AF_INET6))
    abstract = socket.socket(socket.AF_UNIX)
    abstract.bind(f"\0code-exec-test-{os.getpid()}")
    abstract.listen()
    return [*made, abstract]


def test_cve_2024_29021_no_service_of_the_host_can_be_reached_from_a_run(server, client):
    """Judge0's runs could reach its database, whose settings they then changed."""
    held = listeners()
    for listening in held:  # the control: from here each can be reached
        reached = socket.socket(listening.family)
        reached.connect(listening.getsockname())
        listening.accept()[0].close()
        reached.close()
        listening.setblocking(False)
    ports = [str(one.getsockname()[1]) for one in held[:-1]] + [str(client.port), "6379", "5432", "27017", "3000", "80"]
    addresses = subprocess.run(["hostname", "-I"], capture_output=True, text=True).stdout.split()[:4]
    output = completed(client, """
        import socket, sys
        from attack import word
        ports, addresses, name = sys.argv[1].split(","), sys.argv[2].split(","), sys.argv[3]
        loopback = ["127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1", "0.0.0.0", "::", "localhost"]
        seen = {word(socket.create_connection, (a, int(p)), 2) for a in loopback for p in ports}
        far = {word(socket.create_connection, (a, int(p)), 2) for a in addresses + ["169.254.169.254"] if a for p in ports}
        local = {word(socket.socket(socket.AF_UNIX, kind).connect, "\\0" + name) for kind in (1, 2, 5)}
        local |= {word(socket.socket(socket.AF_UNIX).connect, path) for path in ("/run/systemd/private", "/var/run/docker.sock", "/run/dbus/system_bus_socket")}
        print(sorted(seen), sorted(far), sorted(local))
        """, args=[",".join(ports), ",".join(addresses), held[-1].getsockname()[1:].decode()])
    assert output == "['ECONNREFUSED'] ['ENETUNREACH'] ['ECONNREFUSED', 'ENOENT']\n"
    for listening in held:
        with pytest.raises(BlockingIOError):
            listening.accept()
        listening.close()


def test_w10_cve_2024_29021_no_field_makes_the_service_act_for_a_job(client):
    """Neither calls back inside, nor with another command, environment or network."""
    held = socket.create_server(("127.0.0.1", 0))
    held.setblocking(False)
    port = held.getsockname()[1]
    for inside in ("127.0.0.1", "127.1", "0x7f.1", "2130706433", "0", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254"):
        assert problem(client, callbackUrl=f"http://{inside}:{port}/") == 422, inside
    url = f"http://127.0.0.1:{port}/"
    for field in ("callback_url", "callback", "webhook", "url", "additional_files", "compiler_options", "mounts",
                  "command_line_arguments", "enable_network", "network", "env", "environment", "cwd", "argv", "user", "io", "stream"):
        assert problem(client, **{field: url}) == 400, field
        assert problem(client, limits={field: 1}) == 400, field
        assert problem(client, files=[{"name": "x", "content": "x", field: url}]) == 400, field
    with pytest.raises(BlockingIOError):
        held.accept()
    held.close()


def test_cve_2024_29021_nothing_changes_the_service_over_its_api(client):
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        for path in ("/config", "/config_info", "/configuration", "/api/v1/config", "/api/v1/runtimes", "/metrics", "/api/v1/limits"):
            assert client.request(method, path, {"enable_network": True}).status in (404, 405), (method, path)


# ---- what several runs have in common, and what they may not

def test_z04_z06_z07_no_two_runs_see_the_same_random_numbers(client):
    code = """
        import os, random, secrets, ssl, tempfile, uuid
        print(random.random(), ssl.RAND_bytes(8).hex(), uuid.uuid4(), uuid.uuid1(), secrets.token_hex(8), tempfile.mktemp(),
              os.urandom(8).hex(), random.SystemRandom().random(), id(object()), hash(object()) * 0 + len(os.getrandom(4)))
        """
    runs = [completed(client, code).split() for _ in range(6)]
    *different, address, length = zip(*runs)
    for values in different:
        assert len(set(values)) == len(runs), values
    assert set(length) == {"4"}


EXITS = {
    "text": "import sys\nprint('out')\nsys.exit('why')",
    "number": "raise SystemExit(257)",
    "list": "raise SystemExit([1, 'a'])",
    "none": "import sys\nsys.exit(None)",
    "uncaught": "def f():\n    raise ValueError('x')\nprint('before')\nf()",
    "chained": "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise KeyError('k') from e",
    "syntax": "print('a'\nx = = 1",
    "interrupt": "raise KeyboardInterrupt",
    "SIGINT": "import os, signal\nos.kill(os.getpid(), signal.SIGINT)",
    "SIGTERM": "import os, signal\nprint('lost')\nos.kill(os.getpid(), signal.SIGTERM)",
    "abort": "import os\nos.abort()",
    "at once": "import os\nprint('lost')\nos._exit(7)",
    "at exit": "import atexit\natexit.register(exec, '1 / 0')\nprint('out')",
    "in a thread": "import threading\nt = threading.Thread(target=lambda: 1 / 0, name='T')\nt.start()\nt.join()",
    "warning": "import warnings\nwarnings.warn('careful')",
    "deep": "def f(n):\n    return f(n + 1)\nf(0)",
    "no text": "import sys\nsys.stdout.buffer.write(b'a\\xe2\\x82\\xacb')\nsys.stdout.write('\\u20ac')",
}


@pytest.mark.parametrize("code", EXITS.values(), ids=EXITS.keys())
def test_z15_a_program_ends_as_under_the_interpreter(client, tmp_path, code):
    (tmp_path / "main.py").write_text(code)
    # Tests that were started in the background of a script ignore SIGINT, and so would the interpreter.
    command = ["env", "--default-signal", "/usr/bin/python3", "main.py"]
    plain = subprocess.run(command, cwd=tmp_path, capture_output=True, stdin=subprocess.DEVNULL,
                           env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": str(tmp_path)})
    result = client.run(code)
    expected = {"exitCode": plain.returncode if plain.returncode >= 0 else None,
                "signal": -plain.returncode if plain.returncode < 0 else None,
                "stdout": plain.stdout.decode(), "stderr": plain.stderr.decode().replace(str(tmp_path), "/box")}
    assert {name: result[name] for name in expected} == expected


def test_f23_z18_a_file_of_the_jobs_own_wins_over_a_module(client):
    files = [{"name": "json.py", "content": "who = 'own'\n"}, {"name": "random/__init__.py", "content": "who = 'own package'\n"}]
    assert completed(client, "import json, random\nprint(json.who, random.who)", files=files) == "own own package\n"
    assert completed(client, "import json, random\nprint(json.dumps([1]), random.random() < 1)") == "[1] True\n"


def memory_kb(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) if "VmRSS:" in status else 0


def test_z22_many_runs_leave_nothing_in_us(server, client):
    def everyone():
        return [server.process.pid, *descendants(server.process.pid)]

    def ours():
        return [pid for pid in everyone() if not is_waiting_run(pid)]

    def descriptors():
        waiting = len(everyone()) - len(ours())
        return sum(descriptors_of(pid) for pid in ours()) - FILES_OF_A_WAITING_RUN * waiting

    def batch(count):
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            for result in pool.map(lambda n: client.run(f"print({n} * '{n}')", files=[{"name": "a/b", "content": "x" * 1000}]), range(count)):
                assert result["status"] == "completed", result

    batch(100)
    wait_until(lambda: client.get("/readyz").status == 200, 10, "ready")
    before = {"descriptors": descriptors(), "processes": len(ours()), "memory": sum(map(memory_kb, ours()))}
    batch(300)
    wait_until(lambda: descriptors() <= before["descriptors"] and len(ours()) <= before["processes"], 20, f"no more than {before}")
    assert sum(map(memory_kb, ours())) < before["memory"] + 16 * 1024
