"""The resource API beneath /api/v1."""
import threading
import time
import uuid


def test_a_job_is_made_read_and_found_at_its_location(client):
    created = client.post("/api/v1/jobs", {"code": "print(1)"})
    assert created.status == 201
    assert created.headers["Location"] == "/api/v1/jobs/" + created.json["jobId"]
    result = client.get(created.headers["Location"] + "?wait=true")
    assert result.status == 200
    assert result.json["result"] == "1"


def test_a_job_can_be_waited_for_where_it_is_made(client):
    answer = client.post("/api/v1/jobs?wait=true", {"code": "print(2)"})
    assert answer.status == 200
    assert answer.json["result"] == "2"


def test_the_source_of_a_job_can_be_submitted_again(client):
    submission = {"language": "bash", "code": "cat data/x; echo $1", "stdin": "in", "args": ["one"],
                  "files": [{"name": "data/x", "content": "x\n"}], "limits": {"cpuTimeMs": 1234}}
    first = client.post("/api/v1/jobs?wait=true", submission).json
    source = client.get(f"/api/v1/jobs/{first['jobId']}/source").json
    assert source["limits"].pop("cpuTimeMs") == submission.pop("limits")["cpuTimeMs"]
    assert source["limits"].keys() == {"wallTimeMs", "memoryBytes", "processes", "outputBytes", "diskBytes", "files"}
    assert {name: value for name, value in source.items() if name != "limits"} == submission
    again = client.post("/api/v1/jobs?wait=true", source).json
    assert again["stdout"] == first["stdout"] == "x\none\n"


def test_a_wait_that_ends_early_gives_the_id(client):
    answer = client.post("/api/v1/jobs?wait=50", {"code": "import time; time.sleep(20)"})
    assert answer.status == 202
    assert client.delete("/api/v1/jobs/" + answer.json["jobId"]).status == 200


def test_a_batch_is_one_answer_in_the_same_order(client):
    jobs = [{"code": f"print({number})"} for number in range(20)]
    answer = client.post("/api/v1/jobs/batch", {"jobs": jobs})
    assert answer.status == 201
    ids = [job["jobId"] for job in answer.json["jobs"]]
    assert len(set(ids)) == 20
    for number, job_id in enumerate(ids):
        assert client.wait_for(job_id)["result"] == str(number)


def test_a_batch_with_one_mistake_makes_no_job(client):
    marker = "batch-" + uuid.uuid4().hex
    jobs = [{"code": f"print('{marker}')"}, {"code": "print(1)", "language": "no-such-language"}]
    newest = client.get("/api/v1/jobs?limit=1").json["jobs"]
    answer = client.post("/api/v1/jobs/batch", {"jobs": jobs})
    assert answer.status == 422
    assert answer.json["field"] == "jobs[1].language"
    assert client.get("/api/v1/jobs?limit=1").json["jobs"] == newest


def test_jobs_are_listed_newest_first_in_pages(client):
    ids = [client.submit(f"print({number})") for number in range(7)]
    for job_id in ids:
        client.wait_for(job_id)
    seen = []
    path = "/api/v1/jobs?limit=3"
    for _ in range(3):
        page = client.get(path)
        assert page.status == 200
        seen += [job["jobId"] for job in page.json["jobs"]]
        path = f"/api/v1/jobs?limit=3&before={page.json['next']}"
    assert seen[:7] == ids[::-1]
    assert len(set(seen)) == 9


def test_jobs_are_filtered_by_status_and_language(client):
    failed = client.submit("1 / 0")
    completed = client.submit("print(1)")
    for job_id in (failed, completed):
        client.wait_for(job_id)
    page = client.get("/api/v1/jobs?status=failed&language=python&limit=5").json
    ids = [job["jobId"] for job in page["jobs"]]
    assert failed in ids and completed not in ids
    assert all(job["status"] == "failed" and job["language"] == "python" for job in page["jobs"])
    assert client.get("/api/v1/jobs?language=none-such").json == {"jobs": [], "next": None}


def test_a_running_job_is_cancelled_and_killed(client):
    job_id = client.submit("import time\nprint('begun', flush=True)\ntime.sleep(60)")
    client.wait_until_running(job_id)
    began = time.monotonic()
    answer = client.delete(f"/api/v1/jobs/{job_id}")
    assert answer.status == 200
    result = client.wait_for(job_id)
    assert time.monotonic() - began < 10
    assert result["status"] == "failed"
    assert result["reason"] == "cancelled"


def test_a_waiting_job_is_cancelled_and_never_runs(make_server):
    client = make_server("--concurrency", "1").start().client
    running = client.submit("import time; time.sleep(1.5)")
    client.wait_until_running(running)
    waiting = client.submit("print('ran')")
    assert client.delete(f"/api/v1/jobs/{waiting}").status == 200
    result = client.wait_for(waiting)
    assert result["reason"] == "cancelled"
    assert result["stdout"] == ""
    assert client.wait_for(running)["status"] == "completed"
    assert client.result(waiting) == result


def test_a_final_job_cannot_be_cancelled(client):
    job_id = client.run("print(1)")["jobId"]
    assert client.delete(f"/api/v1/jobs/{job_id}").status == 409
    assert client.result(job_id)["status"] == "completed"


def test_a_cancelled_job_answers_who_waits_for_it(client):
    job_id = client.submit("import time; time.sleep(60)")
    client.wait_until_running(job_id)
    answers = []
    waiter = threading.Thread(target=lambda: answers.append(client.get(f"/api/v1/jobs/{job_id}?wait=30000")))
    waiter.start()
    client.delete(f"/api/v1/jobs/{job_id}")
    waiter.join(20)
    assert answers and answers[0].json["reason"] == "cancelled"


def test_a_request_sent_twice_with_one_key_is_one_job(client):
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    first = client.post("/api/v1/jobs", {"code": "print(1)"}, headers=headers)
    again = client.post("/api/v1/jobs", {"code": "print(1)"}, headers=headers)
    assert first.status == 201
    assert again.status in (200, 201)
    assert again.json["jobId"] == first.json["jobId"]


def test_a_key_used_with_another_request_is_refused(client):
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    client.post("/api/v1/jobs", {"code": "print(1)"}, headers=headers)
    answer = client.post("/api/v1/jobs", {"code": "print(2)"}, headers=headers)
    assert answer.status == 422
    assert answer.json["field"] == "Idempotency-Key"


def test_a_key_holds_across_a_restart(make_server):
    server = make_server().start()
    headers = {"Idempotency-Key": "same"}
    first = server.client.post("/submit-code", {"code": "print(1)"}, headers=headers)
    server.kill_all()
    server.start()
    again = server.client.post("/submit-code", {"code": "print(1)"}, headers=headers)
    assert again.json["jobId"] == first.json["jobId"]


def test_requests_with_one_key_at_one_time_are_one_job(client):
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    answers = []

    def submit():
        answers.append(client.post("/submit-code", {"code": "print(1)"}, headers=headers))

    threads = [threading.Thread(target=submit) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(answers) == 8
    assert len({answer.json["jobId"] for answer in answers}) == 1


def test_runtimes_are_those_of_the_host(client, runtimes):
    listed = client.get("/api/v1/runtimes")
    assert listed.status == 200
    assert {one["name"]: one["version"] for one in listed.json["runtimes"]} == \
        {name: one["version"] for name, one in runtimes.items()}


def test_many_clients_at_one_time_each_get_their_own_result(client):
    failures = []

    def work(client_number):
        for number in range(5):
            value = client_number * 1000 + number
            result = client.run(f"print({value})")
            if result["result"] != str(value):
                failures.append((value, result))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
        assert not thread.is_alive()
    assert not failures


def test_more_jobs_than_may_wait_are_refused_and_not_lost(make_server):
    client = make_server("--concurrency", "1", "--max-waiting", "5").start().client
    running = client.submit("import time; time.sleep(2)")
    client.wait_until_running(running)
    answers = [client.post("/submit-code", {"code": f"print({number})"}) for number in range(40)]
    refused = [answer for answer in answers if answer.status != 201]
    assert refused and len(refused) < 40
    for answer in refused:
        assert answer.status == 503
        assert answer.headers["Retry-After"]
    for answer in answers:
        if answer.status == 201:
            assert client.wait_for(answer.json["jobId"])["status"] == "completed"


def test_health_and_metrics(client):
    assert client.get("/healthz").status == 200
    assert client.get("/readyz").status == 200
    metrics = client.get("/metrics")
    assert metrics.status == 200
    assert metrics.headers["Content-Type"].startswith("text/plain")
    assert b"# TYPE" in metrics.raw
