"""Every way to end a program is told from every other."""
import pytest

MIB = 1 << 20

ENDINGS = [
    ("exit code", "import sys; sys.exit(7)", {}, "runtime_error", {"exitCode": 7, "signal": None}),
    ("exception", "raise ValueError('no')", {}, "runtime_error", {"exitCode": 1}),
    ("own signal", "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", {}, "signal",
     {"exitCode": None, "signal": 11}),
    ("own SIGKILL", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)", {}, "signal", {"signal": 9}),
    ("cpu", "while True: pass", {"cpuTimeMs": 300, "wallTimeMs": 10000}, "time_limit", {}),
    ("wall", "import time; time.sleep(60)", {"wallTimeMs": 300}, "wall_time_limit", {}),
    ("memory", "x = bytearray(200 << 20)\nfor i in range(0, len(x), 4096): x[i] = 1\nwhile True: x += x",
     {"memoryBytes": 64 * MIB}, "memory_limit", {}),
    ("output", "import sys\nwhile True: sys.stdout.write('x' * 65536)", {"outputBytes": 65536}, "output_limit", {}),
]


@pytest.mark.parametrize("code, limits, reason, fields", [ending[1:] for ending in ENDINGS],
                         ids=[ending[0].replace(" ", "-") for ending in ENDINGS])
def test_an_ending_has_its_own_reason(client, code, limits, reason, fields):
    result = client.run(code, limits=limits)
    assert result["status"] == "failed"
    assert result["reason"] == reason, result
    for name, value in fields.items():
        assert result[name] == value, name
    assert result["result"], "a failed job says something to a person"


def test_processes_share_the_cpu_limit(client):
    code = "import os\nfor _ in range(3): os.fork()\nwhile True: pass"
    result = client.run(code, limits={"cpuTimeMs": 500, "wallTimeMs": 10000})
    assert result["reason"] == "time_limit"
    assert result["wallTimeMs"] < 8000


def test_what_a_program_wrote_before_its_limit_is_kept(client):
    result = client.run("print('before', flush=True)\nwhile True: pass", limits={"cpuTimeMs": 200})
    assert result["reason"] == "time_limit"
    assert result["stdout"] == "before\n"


def test_output_beyond_the_limit_is_cut_and_said(client):
    result = client.run("print('x' * 10000)", limits={"outputBytes": 1000})
    assert result["status"] == "completed"
    assert result["stdout"] == "x" * 1000
    assert result["truncated"] is True


def test_a_fork_bomb_ends_with_its_job(client):
    code = "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass"
    result = client.run(code, limits={"processes": 16, "cpuTimeMs": 500, "wallTimeMs": 3000})
    assert result["status"] == "failed"
    assert client.run("print('still here')")["result"] == "still here"


def test_a_full_disk_is_the_jobs_own(client):
    code = ("try:\n    with open('big', 'wb') as f:\n        for _ in range(100): f.write(b'x' * (1 << 20))\n"
            "except OSError as error: print(error.errno)")
    result = client.run(code, limits={"diskBytes": 8 * MIB})
    assert result["result"] == "28", result
