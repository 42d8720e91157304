"""The programs in docs/api.md do what it says."""
import json
import re
import shutil
import subprocess
import sys
import time

import pytest
from receiver import signature
from server import ROOT

PLACE = "http://localhost:3000"
BOUND_S = 60
COMMANDS = {"sh": ["sh"], "python": [sys.executable], "javascript": ["node", "--input-type=module"]}


def programs(section="Quickstart"):
    text = (ROOT / "docs" / "api.md").read_text()
    return re.findall(r"```(\w+)\n(.*?)```", text.split(f"\n## {section}\n")[1].split("\n## ")[0], re.S)


def output_of(language, client):
    code = dict(programs())[language]
    assert code.count(PLACE) == 1
    if not shutil.which(COMMANDS[language][0]):
        pytest.skip(f"needs {COMMANDS[language][0]}")
    ran = subprocess.run(COMMANDS[language], input=code.replace(PLACE, f"http://{client.host}:{client.port}"), text=True,
                         capture_output=True, timeout=BOUND_S)
    assert ran.returncode == 0 and ran.stderr == "", ran
    return ran.stdout


def test_there_is_one_for_each_language():
    assert [language for language, _ in programs()] == list(COMMANDS)


def test_curl(client):
    output = output_of("sh", client)
    assert '"stdout":"42\\n"' in output
    assert re.findall(r"event: (?:stdout|result)", output)[0] == "event: stdout"
    assert re.findall(r'"verdict":"(\w+)"', output) == ["accepted", "wrong_answer"]


def test_python(client):
    assert output_of("python", client) == "completed 42\n\n0\n1\n2\n['accepted', 'wrong_answer']\n"


def test_javascript(client):
    output = output_of("javascript", client)
    assert re.sub(r"\n+", "\n", output) == "completed 42\n0\n1\n2\n[ 'accepted', 'wrong_answer' ]\n"


def callbacks():
    """Headers and whether they are those of a genuine callback with the secret "s" and the body "b"."""
    def signed(at):
        return signature("s", at, b"b")

    now = str(int(time.time()))
    old = str(int(time.time()) - 301)
    stamp, proof = "X-Code-Exec-Timestamp", "X-Code-Exec-Signature"
    return [({stamp: now, proof: signed(now)}, True),
            ({stamp: old, proof: signed(old)}, False),
            ({stamp: now, proof: signed(old)}, False),
            ({stamp: now, proof: "sha256=\u00e9" + "a" * 63}, False),
            ({stamp: now, proof: "\u00e9"}, False),
            ({stamp: now}, False), ({proof: signed(now)}, False), ({}, False)]


def test_the_verifier_in_python():
    names = {}
    exec(dict(programs("Callbacks"))["python"], names)
    for headers, genuine in callbacks():
        assert names["is_genuine"]("s", headers, b"b") is genuine, headers


@pytest.mark.skipif(not shutil.which("node"), reason="needs node")
def test_the_verifier_in_javascript():
    cases = [{name.lower(): value for name, value in headers.items()} for headers, _ in callbacks()]
    code = dict(programs("Callbacks"))["javascript"] + f"""
    const cases = {json.dumps(cases)};
    console.log(JSON.stringify(cases.map((headers) => isGenuine("s", headers, Buffer.from("b")))));"""
    ran = subprocess.run(COMMANDS["javascript"], input=code, text=True, capture_output=True, timeout=BOUND_S)
    assert ran.stderr == ""
    assert json.loads(ran.stdout) == [genuine for _, genuine in callbacks()]
