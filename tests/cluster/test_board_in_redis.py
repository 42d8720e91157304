"""Bull Board on queues in Redis, where the workers are other processes and BullMQ's clients may write too."""
from client import wait_until

API = "/admin/queues/api"


def put(client, path, body=None):
    answer = client.request("PUT", API + path, body)
    assert answer.status in (200, 204), answer
    return answer


def queue(client, name, query=""):
    answer = client.get(f"{API}/queues?{query}")
    assert answer.status == 200, answer
    return next(one for one in answer.json["queues"] if one["name"] == name)


def test_the_board_shows_workers_and_redis(cluster):
    cluster.client.run("print(1)")
    shown = cluster.client.get(f"{API}/queues/code-exec/workers").json["workers"]
    assert len(shown) == len(cluster.workers)
    assert all(worker["name"] and worker["addr"] for worker in shown)
    assert queue(cluster.client, "code-exec")["hasWorkers"] is True
    assert b'"hideRedisDetails":false' in cluster.client.get("/admin/queues").raw
    redis = cluster.client.get(f"{API}/redis/stats").json
    assert redis["version"] == cluster.redis.ask("INFO", "server").split("redis_version:")[1].split()[0]
    assert redis["port"] == cluster.redis.port


def test_pause_empty_and_retry(cluster):
    client = cluster.client
    put(client, "/queues/code-save/pause")
    ids = [client.submit("print(1)") for _ in range(20)]
    assert queue(client, "code-save")["counts"]["waiting"] == 20
    put(client, "/queues/code-save/empty")
    assert {client.wait_for(job)["reason"] for job in ids} == {"cancelled"}
    put(client, "/queues/code-save/resume")

    first = client.run("print(5)")
    path = f"/queues/code-exec/{first['jobId']}"
    wait_until(lambda: client.get(API + path).json["status"] == "completed", 10, "the entry completed")
    before = queue(client, "code-exec")["counts"]["completed"]
    put(client, path + "/retry")
    wait_until(lambda: queue(client, "code-exec")["counts"]["completed"] == before, 30, "the copy completed")
    assert client.result(first["jobId"]) == first


def test_a_bound_on_what_runs_holds_over_all_workers(cluster):
    client = cluster.client
    put(client, "/queues/code-exec/concurrency", {"concurrency": 1})
    assert cluster.redis.ask("HGET", "bull:code-exec:meta", "concurrency") == "1"
    ids = [client.submit("import time; time.sleep(60)") for _ in range(3)]
    wait_until(lambda: queue(client, "code-exec")["counts"]["waiting"] == 2, 30, "two that wait")
    assert queue(client, "code-exec")["counts"]["active"] == 1
    put(client, "/queues/code-exec/concurrency", {"concurrency": 0})
    wait_until(lambda: queue(client, "code-exec")["counts"]["active"] == 3, 30, "three that run")
    put(client, "/queues/code-exec/pause")
    put(client, "/queues/code-exec/obliterate", {"force": True})
    assert {client.wait_for(job)["reason"] for job in ids} == {"cancelled"}
    put(client, "/queues/code-exec/resume")


def test_entries_that_are_no_jobs_of_ours_do_not_break_the_board(cluster):
    client = cluster.client
    key = "bull:code-exec:"
    cluster.redis.ask("HSET", key + "7", "name", "x", "data", "{", "opts", "[", "timestamp", "then")
    cluster.redis.ask("ZADD", key + "failed", 1, "7")
    assert queue(client, "code-exec", "activeQueue=code-exec&status=failed")["counts"]["failed"] >= 1
    put(client, "/queues/code-exec/clean/failed")
    assert queue(client, "code-exec")["counts"]["failed"] == 0


def test_the_board_answers_while_redis_is_away(make_cluster):
    cluster = make_cluster()
    cluster.redis.kill()
    shown = wait_until(lambda: queue(cluster.client, "code-exec"), 30, "an answer")
    assert shown["counts"]["waiting"] == 0
    assert shown["hasWorkers"] is None
    answer = cluster.client.request("PUT", f"{API}/queues/code-save/pause")
    assert answer.status == 503
    assert answer.json["error"]["key"] == "ERRORS.INTERNAL_SERVER_ERROR"
    assert cluster.client.get(f"{API}/redis/stats").status == 503
