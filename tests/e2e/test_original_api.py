"""The routes of the system that this one replaces: POST /submit-code and GET /exec-result."""
import base64
import uuid

import pytest

from client import FINAL, wait_until


@pytest.mark.parametrize("prefix", ["", "/job"])
def test_a_job_is_submitted_and_its_result_polled_for(client, prefix):
    submitted = client.post(prefix + "/submit-code", {"code": 'print("Hello, World!")'})
    assert submitted.status == 201
    assert submitted.headers["Content-Type"].startswith("application/json")
    job_id = submitted.json["jobId"]
    assert str(uuid.UUID(job_id)) == job_id

    def final():
        answer = client.get(f"{prefix}/exec-result?jobId={job_id}")
        assert answer.status == 200
        assert answer.json["status"] in ("pending", "running", *FINAL)
        return answer.json if answer.json["status"] in FINAL else None

    result = wait_until(final, 30, "the result")
    assert result["status"] == "completed"
    assert result["result"] == "Hello, World!"


def test_waiting_answers_with_the_result(client):
    answer = client.post("/submit-code?wait=true", {"code": "print(6 * 7)"})
    assert answer.status == 200
    assert answer.json["status"] == "completed"
    assert answer.json["result"] == "42"


def test_a_result_can_be_waited_for_later(client):
    job_id = client.submit("import time; time.sleep(0.3); print('late')")
    answer = client.get(f"/exec-result?jobId={job_id}&wait=20000")
    assert answer.status == 200
    assert answer.json["result"] == "late"


def test_a_wait_that_is_too_short_answers_what_is_known(client):
    job_id = client.submit("import time; time.sleep(30)")
    answer = client.get(f"/exec-result?jobId={job_id}&wait=50")
    assert answer.status in (200, 202)
    assert answer.json["status"] in ("pending", "running")
    assert client.delete(f"/api/v1/jobs/{job_id}").status in (200, 202, 204)


def test_an_unknown_job_is_not_found(client):
    answer = client.get(f"/exec-result?jobId={uuid.uuid4()}")
    assert answer.status == 404
    assert answer.json["status"] == "not_found"
    assert answer.json["result"] is None


def test_a_completed_job_has_every_field(client):
    result = client.run("import sys; print('out'); print('err', file=sys.stderr)")
    assert result["status"] == "completed"
    assert result["stdout"] == "out\n"
    assert result["stderr"] == "err\n"
    assert result["result"] == "out"
    assert result["exitCode"] == 0
    assert result["signal"] is None
    assert result["reason"] in (None, "none")
    assert result["truncated"] is False
    assert result["language"] == "python"
    assert result["cpuTimeMs"] >= 0
    assert result["wallTimeMs"] >= 0
    assert result["memoryBytes"] >= 0
    assert result["createdAt"] <= result["startedAt"] <= result["finishedAt"]
    assert uuid.UUID(result["jobId"])
    assert "compileOutput" in result


def test_a_failed_job_says_why(client):
    result = client.run("import sys; print('so far'); sys.exit(3)")
    assert result["status"] == "failed"
    assert result["reason"] == "runtime_error"
    assert result["exitCode"] == 3
    assert result["stdout"] == "so far\n"

    result = client.run("1 / 0")
    assert result["status"] == "failed"
    assert "ZeroDivisionError: division by zero" in result["result"]
    assert "ZeroDivisionError: division by zero" in result["stderr"]


def test_input_and_arguments_reach_the_program(client):
    code = "import sys; print(sys.argv[1:], repr(sys.stdin.read()))"
    result = client.run(code, stdin="é\n", args=["a b", "--c", ""])
    assert result["result"] == "['a b', '--c', ''] 'é\\n'"


def test_files_lie_beside_the_program(client):
    files = [{"name": "helper.py", "content": "word = 'found'"}, {"name": "data/x.txt", "content": "text"}]
    result = client.run("import helper; print(helper.word, open('data/x.txt').read())", files=files)
    assert result["result"] == "found text", result


def test_output_that_is_not_utf8_can_be_had_exactly(client):
    job_id = client.submit("import sys; sys.stdout.buffer.write(b'a\\xff\\x00b')")
    assert client.wait_for(job_id)["stdout"] == "a\ufffd\x00b"
    answer = client.get(f"/exec-result?jobId={job_id}&encoding=base64")
    assert base64.b64decode(answer.json["stdout"]) == b"a\xff\x00b"


def test_the_program_of_the_original_load_test_runs(client):
    code = "a, b = 0, 1\nfor _ in range(2000):\n    print(a)\n    a, b = b, a + b\n"
    result = client.run(code)
    assert result["status"] == "completed"
    lines = result["result"].split("\n")
    assert len(lines) == 2000
    assert lines[:8] == ["0", "1", "1", "2", "3", "5", "8", "13"]
