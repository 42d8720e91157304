"""What is wrong with a request is told with a status and the name of the field, and makes no job."""
import json
import uuid

import pytest

CODE = {"code": "print(1)"}


def with_limits(**limits):
    return {**CODE, "limits": limits}


def with_file(name, content=""):
    return {**CODE, "files": [{"name": name, "content": content}]}


# name, body (bytes as they are, other things as JSON), status, field
WRONG = [
    ("empty", b"", 400, None),
    ("no JSON", b"print(1)", 400, None),
    ("cut JSON", b'{"code": "print(1)"', 400, None),
    ("two values", b'{"code": "1"} {"code": "2"}', 400, None),
    ("array", b"[]", 400, None),
    ("null", b"null", 400, None),
    ("a name twice", b'{"code": "1", "code": "2"}', 400, None),
    ("invalid UTF-8", b'{"code": "\xff\xfe"}', 400, None),
    ("lone surrogate", b'{"code": "\\ud800"}', 400, None),
    ("deep nesting", b'{"code": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400, None),
    ("code missing", {}, 400, "code"),
    ("code null", {"code": None}, 400, "code"),
    ("code a number", {"code": 1}, 400, "code"),
    ("code an array", {"code": ["print(1)"]}, 400, "code"),
    ("code too large", {"code": "#" * ((1 << 20) + 1)}, 413, "code"),
    ("unknown member", {**CODE, "lang": "python"}, 400, "lang"),
    ("language a number", {**CODE, "language": 3}, 400, "language"),
    ("language unknown", {**CODE, "language": "cobol-1959"}, 422, "language"),
    ("language empty", {**CODE, "language": ""}, 422, "language"),
    ("stdin a number", {**CODE, "stdin": 5}, 400, "stdin"),
    ("args a string", {**CODE, "args": "x"}, 400, "args"),
    ("args of numbers", {**CODE, "args": ["a", 1]}, 400, "args[1]"),
    ("NUL in args", {**CODE, "args": ["a\0b"]}, 422, "args[0]"),
    ("too many args", {**CODE, "args": ["x"] * 257}, 422, "args"),
    ("limits an array", {**CODE, "limits": []}, 400, "limits"),
    ("unknown limit", with_limits(cpu=1), 400, "limits.cpu"),
    ("limit a string", with_limits(cpuTimeMs="5"), 400, "limits.cpuTimeMs"),
    ("limit a fraction", with_limits(cpuTimeMs=1.5), 422, "limits.cpuTimeMs"),
    ("limit negative", with_limits(cpuTimeMs=-1), None, "limits.cpuTimeMs"),
    ("limit zero", with_limits(cpuTimeMs=0), 422, "limits.cpuTimeMs"),
    ("cpu too high", with_limits(cpuTimeMs=10 ** 9), 422, "limits.cpuTimeMs"),
    ("wall too high", with_limits(wallTimeMs=10 ** 9), 422, "limits.wallTimeMs"),
    ("memory too high", with_limits(memoryBytes=1 << 50), 422, "limits.memoryBytes"),
    ("memory too low", with_limits(memoryBytes=1), 422, "limits.memoryBytes"),
    ("processes too high", with_limits(processes=10 ** 6), 422, "limits.processes"),
    ("output too high", with_limits(outputBytes=1 << 40), 422, "limits.outputBytes"),
    ("disk too high", with_limits(diskBytes=1 << 40), 422, "limits.diskBytes"),
    ("files too high", with_limits(files=10 ** 8), 422, "limits.files"),
    ("limit huge", b'{"code": "1", "limits": {"cpuTimeMs": 1e400}}', 422, "limits.cpuTimeMs"),
    ("files an object", {**CODE, "files": {}}, 400, "files"),
    ("file without a name", {**CODE, "files": [{"content": ""}]}, 400, "files[0].name"),
    ("file without content", {**CODE, "files": [{"name": "a"}]}, 400, "files[0].content"),
    ("file name empty", with_file(""), 422, "files[0].name"),
    ("file name absolute", with_file("/etc/passwd"), 422, "files[0].name"),
    ("file name upward", with_file("../x"), 422, "files[0].name"),
    ("file name upward inside", with_file("a/../../x"), 422, "files[0].name"),
    ("file name with NUL", with_file("a\0b"), 422, "files[0].name"),
    ("file name too long", with_file("x" * 256), 422, "files[0].name"),
    ("file name of the program", with_file("main.py"), 422, "files[0].name"),
    ("file twice", {**CODE, "files": [{"name": "a", "content": ""}] * 2}, 422, "files[1].name"),
    ("file and directory", {**CODE, "files": [{"name": "a", "content": ""}, {"name": "a/b", "content": ""}]}, 422,
     "files[0].name"),
    ("too many files", {**CODE, "files": [{"name": f"f{n}", "content": ""} for n in range(257)]}, 422, "files"),
]


@pytest.mark.parametrize("body, status, field", [case[1:] for case in WRONG],
                         ids=[case[0].replace(" ", "-") for case in WRONG])
@pytest.mark.parametrize("path", ["/submit-code", "/api/v1/jobs"])
def test_a_wrong_submission_is_told_with_status_and_field(client, path, body, status, field):
    answer = client.post(path, body)
    if status is None:
        assert answer.status in (400, 422), answer
    else:
        assert answer.status == status, answer
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json["status"] == answer.status
    assert answer.json["title"]
    if field is not None:
        assert answer.json["field"] == field


def test_a_body_that_is_too_large_is_refused_before_it_is_read(client):
    answer = client.request("POST", "/submit-code", b"x" * 10, headers={"Content-Length": str(1 << 40)})
    assert answer.status == 413


@pytest.mark.parametrize("query, field", [("jobId=", "jobId"), ("", "jobId"),
                                          (f"jobId={uuid.uuid4()}&wait=soon", "wait"),
                                          (f"jobId={uuid.uuid4()}&wait=-1", "wait"),
                                          (f"jobId={uuid.uuid4()}&encoding=rot13", "encoding")])
def test_a_wrong_query_is_told(client, query, field):
    answer = client.get("/exec-result?" + query)
    assert answer.status in (400, 422)
    assert answer.json["field"] == field


@pytest.mark.parametrize("job_id", ["x", "..%2f..%2fetc", "%00", "0" * 36, "'; drop table jobs; --".replace(" ", "%20")])
def test_an_id_that_cannot_be_is_not_found(client, job_id):
    answer = client.get("/exec-result?jobId=" + job_id)
    assert answer.status == 404
    assert answer.json == {"status": "not_found", "result": None}
    # As part of a path some of these are malformed.
    assert client.get("/api/v1/jobs/" + job_id).status in (400, 404)


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_an_unknown_job_is_not_found(client, method):
    answer = client.request(method, f"/api/v1/jobs/{uuid.uuid4()}")
    assert answer.status == 404
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("query, field", [("limit=0", "limit"), ("limit=x", "limit"), ("limit=100000", "limit"),
                                          ("status=done", "status"), ("before=x", "before")])
def test_a_wrong_list_is_told(client, query, field):
    answer = client.get("/api/v1/jobs?" + query)
    assert answer.status in (400, 422)
    assert answer.json["field"] == field


@pytest.mark.parametrize("jobs, status, field", [
    ([], 422, "jobs"),
    ([CODE] * 101, 422, "jobs"),
    ([CODE, {}], 400, "jobs[1].code"),
    ([CODE, {**CODE, "limits": {"cpuTimeMs": 0}}], 422, "jobs[1].limits.cpuTimeMs"),
    ({}, 400, "jobs"),
], ids=["none", "too-many", "one-without-code", "one-with-a-wrong-limit", "object"])
def test_a_wrong_batch_is_told(client, jobs, status, field):
    answer = client.post("/api/v1/jobs/batch", {"jobs": jobs})
    assert answer.status == status, answer
    assert answer.json["field"] == field


@pytest.mark.parametrize("method, path, status", [("GET", "/nowhere", 404), ("PUT", "/submit-code", 405),
                                                  ("DELETE", "/exec-result", 405), ("PATCH", "/api/v1/jobs", 405)])
def test_a_wrong_path_or_method_is_told(client, method, path, status):
    answer = client.request(method, path)
    assert answer.status == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    if status == 405:
        assert answer.headers["Allow"]


def test_a_problem_repeats_no_more_than_it_must(client):
    answer = client.post("/submit-code", {**CODE, "language": "x" * 100_000})
    assert answer.status == 422
    assert len(answer.raw) < 2000
    assert json.loads(answer.raw)
