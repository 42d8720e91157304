"""A small HTTP client: http.client, with JSON in and out."""
import http.client
import json
import os
import time

SLOWNESS = int(os.environ.get("CODE_EXEC_TEST_SLOWNESS", "1"))
FINAL = ("completed", "failed")


class Answer:
    def __init__(self, status, headers, raw):
        self.status = status
        self.headers = headers
        self.raw = raw

    @property
    def json(self):
        return json.loads(self.raw)

    def __repr__(self):
        return f"<{self.status} {self.raw[:500]!r}>"


class Client:
    def __init__(self, host, port, timeout_s=90 * SLOWNESS):
        self.host = host
        self.port = port
        self.timeout_s = timeout_s

    def request(self, method, path, body=None, headers=None):
        """`body`: bytes as they are; anything else as JSON."""
        headers = dict(headers or {})
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        if body is not None:
            headers.setdefault("Content-Type", "application/json")
        connection = http.client.HTTPConnection(self.host, self.port, timeout=self.timeout_s)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def post(self, path, body, **options):
        return self.request("POST", path, body, **options)

    def delete(self, path):
        return self.request("DELETE", path)

    def submit(self, code, **fields):
        answer = self.post("/submit-code", {"code": code, **fields})
        assert answer.status == 201, answer
        return answer.json["jobId"]

    def run(self, code, **fields):
        """Submits, waits and gives the result body."""
        answer = self.post("/submit-code?wait=true", {"code": code, **fields})
        assert answer.status == 200, answer
        assert answer.json["status"] in FINAL, answer
        return answer.json

    def result(self, job_id):
        answer = self.get(f"/exec-result?jobId={job_id}")
        assert answer.status == 200, answer
        return answer.json

    def wait_for(self, job_id, bound_s=60):
        """The final result body."""
        deadline = time.monotonic() + bound_s
        while time.monotonic() < deadline:
            answer = self.get(f"/exec-result?jobId={job_id}&wait=5000")
            assert answer.status == 200, answer
            if answer.json["status"] in FINAL:
                return answer.json
        raise AssertionError(f"job {job_id} was not final within {bound_s} s: {answer}")

    def wait_until_running(self, job_id, bound_s=30):
        return wait_until(lambda: self.result(job_id)["status"] == "running", bound_s, f"job {job_id} running")


def wait_until(condition, bound_s, what):
    """Polls with a deadline; returns what the condition gave."""
    deadline = time.monotonic() + bound_s
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.02)
    raise AssertionError(f"not within {bound_s} s: {what}")
