"""The programs in the quickstart of docs/api.md do what it says."""
import re
import shutil
import subprocess
import sys

import pytest
from server import ROOT

PLACE = "http://localhost:3000"
BOUND_S = 60
COMMANDS = {"sh": ["sh"], "python": [sys.executable], "javascript": ["node", "--input-type=module"]}


def programs():
    text = (ROOT / "docs" / "api.md").read_text()
    quickstart = text.split("\n## Quickstart\n")[1].split("\n## ")[0]
    return re.findall(r"```(\w+)\n(.*?)```", quickstart, re.S)


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
