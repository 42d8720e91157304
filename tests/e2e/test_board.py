"""Bull Board's API over HTTP: what the buttons of /admin/queues do to jobs."""
import urllib.parse

from client import wait_until

API = "/admin/queues/api"
SLEEP = "import time; time.sleep(60)"


def queues(client, **query):
    answer = client.get(f"{API}/queues?{urllib.parse.urlencode(query)}")
    assert answer.status == 200, answer
    return {one["name"]: one for one in answer.json["queues"]}


def put(client, path, body=None):
    answer = client.request("PUT", API + path, body)
    assert answer.status in (200, 204), answer
    return answer


def jobs_in(client, queue, status):
    return {job["id"] for job in queues(client, activeQueue=queue, status=status, jobsPerPage=300)[queue]["jobs"]}


def test_a_job_is_shown_with_its_program_and_its_result(client):
    ran = client.run("print(input())", stdin="hello")
    wait_until(lambda: ran["jobId"] in jobs_in(client, "code-exec", "completed"), 10, "the entry completed")

    shown = client.get(f"{API}/queues/code-exec/{ran['jobId']}").json

    assert shown["status"] == "completed"
    assert shown["job"]["data"]["code"] == "print(input())"
    assert shown["job"]["data"]["stdin"] == "hello"
    assert shown["job"]["returnValue"]["stdout"] == "hello\n"
    assert shown["job"]["processedBy"]
    logs = client.get(f"{API}/queues/code-exec/{ran['jobId']}/logs").json
    assert logs[-1].startswith("info:")
    assert any("run 1 began" in line for line in logs)


def test_retry_runs_the_program_again_as_a_new_job(client):
    first = client.run("print(7)")
    wait_until(lambda: first["jobId"] in jobs_in(client, "code-exec", "completed"), 10, "the entry completed")
    before = jobs_in(client, "code-exec", "completed")

    assert put(client, f"/queues/code-exec/{first['jobId']}/retry").raw == b""

    after = wait_until(lambda: jobs_in(client, "code-exec", "completed") - before, 30, "a new entry completed")
    (again,) = after
    assert client.wait_for(again)["result"] == "7"
    assert client.result(first["jobId"]) == first
    assert first["jobId"] not in jobs_in(client, "code-exec", "completed")


def test_a_paused_queue_runs_nothing_and_emptying_it_ends_what_waits(make_server):
    client = make_server().start().client
    put(client, "/queues/pause")
    assert all(queue["isPaused"] for queue in queues(client).values())
    ids = [client.submit("print(1)") for _ in range(20)]
    assert queues(client)["code-save"]["counts"]["waiting"] == 20

    assert put(client, "/queues/code-save/empty").json == {}

    assert {client.wait_for(job)["reason"] for job in ids} == {"cancelled"}
    assert queues(client)["code-save"]["counts"]["waiting"] == 0
    waits = client.submit("print(2)")
    put(client, "/queues/resume")
    assert client.wait_for(waits)["result"] == "2"


def test_removing_a_waiting_entry_cancels_its_job_for_good(make_server):
    server = make_server().start()
    put(server.client, "/queues/code-save/pause")
    job = server.client.submit("print(1)")

    put(server.client, f"/queues/code-save/{job}/clean")

    assert server.client.result(job)["reason"] == "cancelled"
    server.kill_all()
    server.start()  # which puts back into the queues what has no result
    assert server.client.result(job)["reason"] == "cancelled"
    assert queues(server.client)["code-save"]["counts"]["waiting"] == 0


def test_what_runs_is_not_removed(client):
    job = client.submit(SLEEP)
    client.wait_until_running(job)
    answer = client.request("PUT", f"{API}/queues/code-exec/{job}/clean")
    assert answer.status == 409
    assert answer.json["error"]["key"] == "ERRORS.JOB_IS_ACTIVE"
    assert client.delete(f"/api/v1/jobs/{job}").json["reason"] == "cancelled"


def test_a_bound_on_what_runs_at_one_time_holds(make_server):
    client = make_server("--concurrency", "4").start().client
    put(client, "/queues/code-exec/concurrency", {"concurrency": 1})
    sleepers = [client.submit(SLEEP) for _ in range(3)]
    wait_until(lambda: queues(client)["code-exec"]["counts"]["waiting"] == 2, 30, "two that wait")
    assert queues(client)["code-exec"]["counts"]["active"] == 1
    assert queues(client)["code-exec"]["globalConcurrency"] == 1

    put(client, "/queues/code-exec/concurrency", {"concurrency": 0})

    wait_until(lambda: queues(client)["code-exec"]["counts"]["active"] == 3, 30, "three that run")
    put(client, "/queues/code-exec/pause")
    assert put(client, "/queues/code-exec/obliterate", {"force": True}).json == {}
    assert {client.wait_for(job)["reason"] for job in sleepers} == {"cancelled"}


def test_a_job_added_by_the_board_is_run(client):
    body = {"name": "__default__", "data": {"code": "print(3)", "language": "python"}, "options": {}}
    answer = client.post(f"{API}/queues/code-save/add", body)
    assert answer.status == 200, answer
    assert client.wait_for(answer.json["job"]["id"])["result"] == "3"


def test_in_read_only_mode_the_board_changes_nothing(make_server):
    client = make_server("--board-read-only").start().client
    assert all(queue["readOnlyMode"] for queue in queues(client).values())
    answer = client.request("PUT", f"{API}/queues/code-save/pause")
    assert answer.status == 405
    assert answer.json["error"]["key"] == "ERRORS.QUEUE_READ_ONLY"


def test_with_keys_it_is_an_administrators_and_hides_what_was_submitted(make_server):
    def started(*options):
        server = make_server(*options)
        server.variables.update(CODE_EXEC_API_KEY="k" * 20, CODE_EXEC_ADMIN_KEY="a" * 20)
        return server.start()

    def get(client, path, key):
        return client.get(path, headers={"Authorization": f"Bearer {key * 20}"} if key else None)

    server = started()
    client = server.client
    for path in ("/admin/queues", "/admin/queues/static/images/logo.svg", f"{API}/queues"):
        assert [get(client, path, key).status for key in ("", "k", "a")] == [401, 403, 200], path
    job = client.post("/submit-code?wait=true", {"code": "print('secret')"},
                      headers={"X-Auth-Token": "k" * 20}).json["jobId"]
    path = f"{API}/queues/code-exec/{job}"
    assert b"secret" not in get(client, path, "a").raw
    assert get(client, path, "a").json["job"]["data"]["language"] == "python"
    server.stop()
    assert b"secret" in get(started("--board-show-source").client, path, "a").raw


def test_the_page_is_the_same_at_every_depth_and_its_files_are_there(client):
    pages = [client.get(path) for path in ("/admin/queues", "/admin/queues/", "/admin/queues/queue/code-exec",
                                           "/admin/queues/queue/code-exec/some%20id%C3%BC")]
    for page in pages:
        assert page.status == 200
        assert page.headers["Content-Type"] == "text/html; charset=utf-8"
        assert page.raw == pages[0].raw
        assert "base-uri 'self'" in page.headers["Content-Security-Policy"]
    html = pages[0].raw.decode()
    assert '<base href="/admin/queues/" />' in html
    assert "googleapis" not in html
    assert "<%" not in html
    for file in [part.split('"')[0] for part in html.split('src="')[1:]] + ["static/images/logo.svg",
                                                                          "static/locales/en-US/messages.json"]:
        assert client.get(f"/admin/queues/{file}").status == 200, file
    for path in ("/admin/queues/static/../index.ejs", "/admin/queues/static/..%2findex.ejs", "/admin/queues/static/no.js",
                 "/admin/queues/api/nothing", "/admin/queues/index.ejs"):
        assert client.get(path).status in (400, 404), path
