"""Keys that many services share."""
import os
import subprocess

from client import wait_until
from server import BINARY, START_BOUND_S, environment

REVOCATION_BOUND_S = 1


def keys(file, *arguments):
    ran = subprocess.run([BINARY, "keys", *arguments, "--keys-file", str(file)], capture_output=True, text=True,
                         env=environment(), timeout=START_BOUND_S)
    assert ran.returncode == 0, ran
    return ran.stdout.strip()


def test_services_share_a_file_of_keys(tmp_path, make_cluster):
    directory = tmp_path / "shared"
    directory.mkdir(mode=0o755)
    if os.geteuid() == 0:
        os.chown(directory, 60600, 60600)  # the services' user, who gets the file then
    file = directory / "keys.json"
    key = keys(file, "add", "one")
    cluster = make_cluster(commands=2, options=("--keys-file", str(file)))
    with_key = {"Authorization": f"Bearer {key}"}

    def statuses(headers=None):
        return [service.client.get("/metrics", headers=headers).status for service in cluster.services()]

    assert statuses() == [401, 401, 401]
    assert statuses(with_key) == [200, 200, 200]
    for service in cluster.commands:
        answer = service.client.post("/submit-code?wait=true", {"code": "print(6 * 7)"}, headers=with_key)
        assert answer.json["result"] == "42"
    keys(file, "revoke", "one")
    wait_until(lambda: statuses(with_key) == [401, 401, 401], REVOCATION_BOUND_S, "refused everywhere")
