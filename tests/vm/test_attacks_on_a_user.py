"""The hostile programs of tests/sandbox against a service that an ordinary user started in a group of its own, as with
systemd's Delegate=yes. What must be seen is what a service started by root shows: with groups it lacks nothing."""
import pathlib
import socket
import sys
import threading

import pytest

from places import USER, Place

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "sandbox"))

from test_attacks import CANARY, CANARY_OUTPUT, HELPER, LANGUAGES, PROGRAMS, check, head_for, head_of, submission  # noqa: E402

ATTACKS = [path for path in sorted(PROGRAMS.iterdir()) if path.suffix in LANGUAGES and path.name != HELPER and
           head_of(path).get("needs") != "cgroup v1"]
# Everything in a slot has the user's one id: signals to process 1 may be sent, which takes none that comes from inside.
# The rest of what heads say of an ordinary user is of one without groups.
WITH_A_SHARED_ID = {"k13_dangerous_arguments", "p09_kill_the_judge", "z02_reach_the_parent"}


def head_here(path):
    return head_for(path, "unprivileged" if path.stem in WITH_A_SHARED_ID else "root")


@pytest.fixture(scope="module")
def client():
    place = Place("system.slice/attacked.service", user=USER, delegated=True)
    yield place.server().client
    place.clear()


@pytest.fixture(scope="module")
def listener():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield str(listening.getsockname()[1])


def run(client, path, listener):
    head = head_here(path)
    answer = client.post("/submit-code?wait=true", submission(path, head, [listener] if head.get("listener") else []))
    assert answer.status == 200, answer
    check(head, answer.json)


@pytest.mark.parametrize("path", ATTACKS, ids=lambda path: path.stem)
def test_attack(client, listener, path):
    if "after" in head_of(path):
        run(client, PROGRAMS / head_of(path)["after"], listener)
    beside = []
    neighbour = threading.Thread(target=lambda: beside.append(client.run(CANARY)["stdout"]))
    neighbour.start()
    try:
        run(client, path, listener)
    finally:
        neighbour.join()
    assert beside == [CANARY_OUTPUT], "the program beside the attack"
    assert client.run(CANARY)["stdout"] == CANARY_OUTPUT, "the program after the attack"
