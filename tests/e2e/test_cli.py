"""The commands beside `serve`, and what the command line refuses."""
import json
import os
import pty
import signal
import subprocess
import time

import pytest

from server import BINARY, environment


def code_exec(*arguments, variables=None, **options):
    options.setdefault("timeout", 60)
    return subprocess.run([BINARY, *map(str, arguments)], capture_output=True, env=environment(**(variables or {})),
                          **options)


@pytest.fixture
def program(tmp_path):
    def write(code, name="program.py"):
        path = tmp_path / name
        path.write_text(code)
        return path
    return write


def test_run_gives_output_and_exit_code_of_the_program(program):
    ran = code_exec("run", program("import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"))
    assert (ran.returncode, ran.stdout, ran.stderr) == (3, b"out\n", b"err\n")


def test_run_passes_input_and_arguments(program):
    path = program("import sys; print(sys.argv[1:], sys.stdin.read())")
    ran = code_exec("run", path, "--stdin", "-", "--", "a", "--json", input=b"typed")
    assert ran.stdout == b"['a', '--json'] typed\n", ran


def test_run_without_stdin_gives_the_program_none(program):
    ran = code_exec("run", program("import sys; print(repr(sys.stdin.read()))"), input=b"not for it")
    assert ran.stdout == b"''\n"


@pytest.mark.parametrize("code, options, expected", [
    ("while True: pass", ["--cpu-time", "0.3"], 124),
    ("import time; time.sleep(60)", ["--wall-time", "0.3"], 124),
    ("x = bytearray(1 << 30)\nfor i in range(0, len(x), 4096): x[i] = 1", ["--memory", "64M"], 137),
    ("import os; os.abort()", [], 134),
], ids=["cpu", "wall", "memory", "signal"])
def test_run_tells_limits_apart_by_exit_code(program, code, options, expected):
    ran = code_exec("run", program(code), *options)
    if expected == 137:  # either the kernel kills it, or Python gives up by itself
        assert ran.returncode == 137 or b"MemoryError" in ran.stderr, ran
    else:
        assert ran.returncode == expected, ran


def test_run_streams_output_as_it_comes(program):
    path = program("import time\nprint('first', flush=True)\ntime.sleep(30)")
    process = subprocess.Popen([BINARY, "run", str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               env=environment(), start_new_session=True)
    assert process.stdout.readline() == b"first\n"
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == 130


def test_ctrl_c_in_a_terminal_cancels_a_run(program):
    path = program("import time\nprint('first', flush=True)\ntime.sleep(30)")
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(BINARY, [BINARY, "run", str(path)], environment())
    seen = b""
    while b"first" not in seen:
        seen += os.read(terminal, 1000)
    os.write(terminal, b"\x03")
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            assert os.waitstatus_to_exitcode(status) == 130
            return
        time.sleep(0.02)
    os.kill(pid, signal.SIGKILL)
    pytest.fail("the run was not cancelled")


def test_run_prints_one_json_object(program):
    ran = code_exec("run", program("print('out'); 1 / 0"), "--json")
    assert ran.returncode == 1
    result = json.loads(ran.stdout)
    assert result["status"] == "failed"
    assert result["reason"] == "runtime_error"
    assert result["stdout"] == "out\n"
    assert "ZeroDivisionError" in result["stderr"]
    assert ran.stderr == b""


def test_run_compiles_what_needs_it(program):
    ran = code_exec("run", program("#include <stdio.h>\nint main(void) { puts(\"c\"); return 4; }", "x.c"))
    assert (ran.returncode, ran.stdout) == (4, b"c\n"), ran
    ran = code_exec("run", program("int main(void) { return }", "y.c"))
    assert ran.returncode == 1
    assert b"error" in ran.stderr


def test_run_wants_to_know_the_language(program):
    path = program("print('any')", "noextension")
    ran = code_exec("run", path)
    assert ran.returncode == 2
    assert b"--language" in ran.stderr
    assert code_exec("run", path, "--language", "python").stdout == b"any\n"


def test_runtimes_lists_languages_with_versions():
    ran = code_exec("runtimes")
    assert ran.returncode == 0
    assert any(line.startswith(b"python ") for line in ran.stdout.splitlines()), ran
    listed = json.loads(code_exec("runtimes", "--json").stdout)
    assert {"runtimes", "missing"} == set(listed)
    assert all(one["version"] for one in listed["runtimes"])


def test_doctor_finds_this_host_well():
    ran = code_exec("doctor")
    assert ran.returncode == 0, ran.stdout.decode()
    assert "✗" not in ran.stdout.decode()
    report = json.loads(code_exec("doctor", "--json").stdout)
    assert report["ok"] is True
    assert all(check["passed"] for check in report["checks"])


@pytest.mark.parametrize("arguments, named", [
    (["serve", "--concurrency", "0"], "--concurrency"),
    (["serve", "--concurrency", "many"], "--concurrency"),
    (["serve", "--listen", "nowhere"], "--listen"),
    (["serve", "--listen", "0.0.0.0:0"], "--allow-anonymous"),
    (["serve", "--listen", "[::]:0"], "--allow-anonymous"),
    (["serve", "--log-level", "loud"], "--log-level"),
    (["serve", "--limit-cpu-time-ms", "100000000"], "--limit-cpu-time-ms"),
    (["serve", "--limit-max-memory-bytes", "1M"], "--limit-memory-bytes"),
    (["serve", "--drain-timeout", "-1"], "--drain-timeout"),
    (["serve", "--config", "/nonexistent.toml"], "/nonexistent.toml"),
    (["serve", "--unknown"], "--unknown"),
    (["bench", "--clients", "0"], "--clients"),
    (["bench", "--url", "ftp://x"], "--url"),
    (["run", "/nonexistent.py"], "/nonexistent.py"),
    (["run", "x.unknown-extension"], "--language"),
    (["run", "x.py", "--language", "cobol-1959"], "--language"),
    ([], "subcommand"),
    (["unknown"], "unknown"),
], ids=lambda value: " ".join(value) or "none" if isinstance(value, list) else None)
def test_a_wrong_command_line_is_refused_and_named(arguments, named):
    ran = code_exec(*arguments)
    if arguments[:2] == ["bench", "--url"]:
        assert ran.returncode in (1, 2)
    else:
        assert ran.returncode == 2, ran
    assert named.encode() in ran.stderr + ran.stdout, ran


@pytest.mark.parametrize("variable, value", [("CODE_EXEC_CONCURRENCY", "0"), ("CODE_EXEC_LIMIT_FILES", "x"),
                                             ("COMMAND_PORT", "seventy"), ("CODE_EXEC_ALLOW_ANONYMOUS", "perhaps")])
def test_a_wrong_variable_is_refused_and_named(variable, value):
    ran = code_exec("serve", variables={variable: value})
    assert ran.returncode == 2
    assert variable.encode() in ran.stderr


def test_help_explains_exit_codes():
    ran = code_exec("run", "--help")
    assert ran.returncode == 0
    for code in (b"124", b"137", b"125", b"128+N"):
        assert code in ran.stdout


def test_bench_measures_a_server_and_checks_its_answers(shared_server):
    url = f"http://{shared_server.client.host}:{shared_server.client.port}"
    ran = code_exec("bench", "--url", url, "--jobs", "40", "--clients", "4", "--expect", "Hello, World!", "--json")
    assert ran.returncode == 0, ran
    report = json.loads(ran.stdout)
    assert (report["jobs"], report["errors"]) == (40, 0)
    assert 0 < report["p50Ms"] <= report["p99Ms"]
    ran = code_exec("bench", "--url", url, "--jobs", "3", "--expect", "something else")
    assert ran.returncode == 1
    assert b"3 x job completed with another result" in ran.stdout
    ran = code_exec("bench", "--url", url, "--jobs", "20", "--no-wait")
    assert ran.returncode == 0, ran


def test_bench_without_a_server_reports_errors():
    ran = code_exec("bench", "--url", "http://127.0.0.1:9", "--jobs", "3")
    assert ran.returncode == 1
    assert b"3 x connect" in ran.stdout
