"""Many inputs for one program, each with a verdict."""
import pytest

DOUBLE = "print(int(input()) * 2)"


def run(client, code, tests, **fields):
    answer = client.post("/api/v1/jobs?wait=true", {"code": code, "tests": tests, **fields})
    assert answer.status == 200, answer
    return answer.json


def verdicts(result):
    return [test["verdict"] for test in result["tests"]]


def test_all_are_accepted(client):
    result = run(client, DOUBLE, [{"stdin": f"{n}\n", "expectedOutput": f"{2 * n}\n"} for n in range(10)])
    assert result["status"] == "completed"
    assert result["exitCode"] == 0
    assert verdicts(result) == ["accepted"] * 10
    assert [test["stdout"] for test in result["tests"]] == [f"{2 * n}\n" for n in range(10)]


def test_each_has_its_own_verdict(client):
    code = ("import os, sys, time\nn = sys.stdin.readline().strip()\n"
            "if n == 'crash': os.abort()\nif n == 'exit': sys.exit(3)\nif n == 'loop':\n  while True: pass\nprint(n)")
    result = run(client, code, [
        {"stdin": "right", "expectedOutput": "right"}, {"stdin": "wrong", "expectedOutput": "other"},
        {"stdin": "crash"}, {"stdin": "exit"}, {"stdin": "loop"}, {"stdin": "any"}], limits={"cpuTimeMs": 500})
    assert verdicts(result) == ["accepted", "wrong_answer", "signal", "runtime_error", "time_limit", "accepted"]
    assert result["status"] == "failed"
    assert result["reason"] == "wrong_answer"
    assert "test 2 of 6" in result["result"]
    assert result["tests"][2]["signal"] == 6
    assert result["tests"][3]["exitCode"] == 3


def test_stops_at_the_first_failure_where_it_is_asked_to(client):
    tests = [{"stdin": "1", "expectedOutput": "2"}, {"stdin": "1", "expectedOutput": "3"}] + [{"stdin": "1"}] * 20
    result = run(client, DOUBLE, tests, stopAtFirstFailure=True)
    assert verdicts(result) == ["accepted", "wrong_answer"] + ["skipped"] * 20
    assert result["tests"][5]["stdout"] == ""


@pytest.mark.parametrize("comparison, expected, verdict", [
    ("exact", "1.0  2\n", "accepted"), ("exact", "1.0  2", "wrong_answer"), ("trailing-space", "1.0  2 \n\n", "accepted"),
    ("trailing-space", "1.0 2", "wrong_answer"), ("tokens", "1.0\n2", "accepted"), ("tokens", "1 2", "wrong_answer"),
    ("numeric", "1 2", "accepted"), ("numeric", "1.2 2", "wrong_answer")])
def test_comparisons(client, comparison, expected, verdict):
    result = run(client, "print('1.0  2')", [{"expectedOutput": expected}], comparison=comparison)
    assert verdicts(result) == [verdict]


def test_tolerance(client):
    assert verdicts(run(client, "print(1.2)", [{"expectedOutput": "1"}], comparison="numeric", tolerance=0.3)) == ["accepted"]


def test_arguments_are_the_tests_own_or_those_of_the_submission(client):
    result = run(client, "import sys; print(*sys.argv[1:])", [{"args": ["a", "b"]}, {}], args=["c"])
    assert [test["stdout"] for test in result["tests"]] == ["a b\n", "c\n"]


def test_a_program_is_compiled_once(client):
    code = '#include <stdio.h>\nint main(void) { int n; scanf("%d", &n); printf("%d\\n", n + 1); }'
    result = run(client, code, [{"stdin": str(n), "expectedOutput": str(n + 1)} for n in range(8)], language="c")
    assert verdicts(result) == ["accepted"] * 8


def test_one_that_does_not_compile_has_no_verdicts(client):
    result = run(client, "int main( {", [{"expectedOutput": ""}], language="c")
    assert result["reason"] == "compile_error"
    assert "tests" not in result


def test_tests_do_not_see_each_other(client):
    code = "import os\nprint(os.path.exists('/box/mark'), os.path.exists('/tmp/mark'))\nopen('/box/mark', 'w')\nopen('/tmp/mark', 'w')"
    result = run(client, code, [{"expectedOutput": "False False"}] * 12)
    assert verdicts(result) == ["accepted"] * 12


def test_long_output_is_judged_whole_and_kept_in_part(client):
    result = run(client, "print('x' * 500000)", [{"expectedOutput": "x" * 500000}, {"expectedOutput": "x" * 499999}])
    assert verdicts(result) == ["accepted", "wrong_answer"]
    assert len(result["tests"][0]["stdout"]) == 64 << 10
    assert result["tests"][0]["truncated"] is True


def test_what_was_not_kept_is_not_judged(client):
    code = "import sys\nsys.stdout.write('42\\n' + ' ' * (1 << 20) + 'and more')"
    assert verdicts(run(client, code, [{"expectedOutput": "42"}])) == ["output_limit"]
    code = "import sys\nsys.stderr.write('x' * (2 << 20)); print({})"
    assert verdicts(run(client, code.format(42), [{"expectedOutput": "42"}])) == ["accepted"]
    assert verdicts(run(client, code.format(43), [{"expectedOutput": "42"}])) == ["wrong_answer"]


def test_cancelling_ends_them_all(client):
    answer = client.post("/api/v1/jobs", {"code": "import time; time.sleep(60)", "tests": [{}] * 50})
    job = answer.json["jobId"]
    cancelled = client.delete(f"/api/v1/jobs/{job}")
    assert cancelled.status == 200
    assert cancelled.json["reason"] == "cancelled"


@pytest.mark.parametrize("fields, status, field", [
    ({"tests": []}, 422, "tests"), ({"tests": [{}] * 101}, 422, "tests"), ({"tests": [{"stdin": 1}]}, 400, "tests[0].stdin"),
    ({"tests": [{}, {"input": ""}]}, 400, "tests[1].input"), ({"tests": [{"args": ["\0"]}]}, 422, "tests[0].args[0]"),
    ({"tests": [{}], "comparison": "fuzzy"}, 422, "comparison"), ({"tests": [{}], "tolerance": -1}, 422, "tolerance"),
    ({"tests": [{}], "tolerance": "1"}, 400, "tolerance"), ({"tests": [{}], "stdin": "x"}, 422, "stdin"),
    ({"tests": [{}], "interactive": True}, 422, "interactive"), ({"tests": {}}, 400, "tests"),
    ({"tests": [{"stdin": "x" * (9 << 20)}, {"expectedOutput": "x" * (9 << 20)}]}, 413, "tests")])
def test_mistakes_are_named(client, fields, status, field):
    answer = client.post("/api/v1/jobs", {"code": "", **fields})
    assert answer.status == status, answer
    assert answer.json["field"] == field
