"""Several command services share one list of callbacks."""
import re

import pytest

from client import wait_until
from receiver import Receiver

SECRET = "a secret for the tests"
RECHECK_S = 60


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.close()


def calling(make_cluster, **options):
    return make_cluster(commands=2, command_options=["--callback-secret", SECRET, "--callback-allow-private"], **options)


def delivered(cluster):
    pattern = r'^code_exec_callbacks_total{result="delivered"} (\d+)'
    texts = [command.client.get("/metrics").raw.decode() for command in cluster.commands]
    return sum(int(found[1]) for text in texts if (found := re.search(pattern, text, re.M)))


def test_each_callback_is_delivered_once_whichever_service_took_its_job(make_cluster, receiver):
    cluster = calling(make_cluster, workers=2)
    ids = [cluster.commands[n % 2].client.submit(f"print({n})", callbackUrl=receiver.url()) for n in range(20)]

    receiver.wait_for(len(ids), 60)

    wait_until(lambda: delivered(cluster) == len(ids), 10, "every delivery counted")
    assert sorted(post.job_id for post in receiver.posts) == sorted(ids)
    for post in receiver.posts:
        assert post.is_signed_with(SECRET)
        assert post.body == cluster.client.get(f"/api/v1/jobs/{post.job_id}").raw


def test_what_a_service_accepted_before_it_died_another_one_delivers(make_cluster, receiver):
    cluster = calling(make_cluster)
    dying, other = cluster.commands
    job_id = dying.client.submit("import time; time.sleep(2); print(1)", callbackUrl=receiver.url())
    wait_until(lambda: other.client.result(job_id)["status"] == "running", 30, "the job runs")

    dying.kill_all()

    assert receiver.wait_for(1, 2 * RECHECK_S)[0].job_id == job_id


def test_a_command_service_without_a_secret_calls_nobody_back(make_cluster, receiver):
    cluster = make_cluster()

    answer = cluster.client.post("/api/v1/jobs", {"code": "print(1)", "callbackUrl": receiver.url()})

    assert (answer.status, answer.json["field"]) == (422, "callbackUrl")
    assert "--callback-secret" in answer.json["detail"]
