"""cases.toml says where each attack we know of is decided; here, that it says so of every one, and that it is true."""
import collections
import pathlib
import re
import tomllib

import pytest

from test_attacks import ATTACKS, head_of

ROOT = pathlib.Path(__file__).resolve().parents[2]
CASES = tomllib.loads((pathlib.Path(__file__).parent / "cases.toml").read_text())


def cases_of(path):
    """The names a program's `tries` begins with: "M4, D1: fill the work area"."""
    named, colon, _ = head_of(path)["tries"].partition(":")
    return [name for name in named.split(", ") if colon and re.fullmatch(r"[A-Z]\d+", name)]


DECIDED_BY = collections.defaultdict(list)
for _path in ATTACKS:
    for _case in cases_of(_path):
        DECIDED_BY[_case].append(_path)


# Tests beside this one say it too: "def test_d15_o16_odd_names...".
for _file in pathlib.Path(__file__).parent.glob("test_*.py"):
    for _named in re.findall(r"^def test_((?:[a-z]\d\d_)+)", _file.read_text(), re.MULTILINE):
        for _case in _named.rstrip("_").split("_"):
            DECIDED_BY[_case[0].upper() + str(int(_case[1:]))].append(_file)


def test_programs_and_tests_name_cases_that_there_are():
    assert not set(DECIDED_BY) - set(CASES)


@pytest.mark.parametrize("case", CASES)
def test_a_case_is_decided(case):
    said = CASES[case]
    assert said["title"] and set(said) <= {"title", "tests", "because"}
    for test in said.get("tests", []):
        assert is_there(*test.split("::")), f"{test} is not there"
    assert said.get("tests") or said.get("because") or DECIDED_BY[case], "neither a program, nor a test, nor a reason"


def is_there(file, name):
    """file::function of pytest, or file::Suite.Name of googletest."""
    text = (ROOT / file).read_text() if (ROOT / file).is_file() else ""
    if file.endswith(".py"):
        return re.search(rf"^(?:async )?def {re.escape(name)}\(", text, re.MULTILINE)
    return re.search(rf"\bTEST(?:_[FP])?\({re.escape(name.replace('.', ', '))}\)", text)
