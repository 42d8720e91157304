"""A program cannot tell whether it runs cold or in a fork of a ready interpreter. Every program in programs/ is run in
several ways, and must print the same bytes and end the same way. See README.md."""
import base64
import concurrent.futures
import dataclasses
import difflib
import itertools
import pathlib
import re
import tomllib

import pytest

PROGRAMS = sorted((pathlib.Path(__file__).parent / "programs").glob("*.py"))
MARK = "#:"
# What a head may say: of the submission, of how the program ends, and of what warm runs may show otherwise.
SUBMITTED = {"stdin", "args", "files", "limits"}
HEAD = SUBMITTED | {"code", "exit_code", "signal", "reason", "differs", "differs_for_user"}

# By name: the kind of server, and how the interpreter is started there.
WAYS = {"bare": ("root", "bare"), "cold": ("root", "cold"), "warm": ("root", "warm"), "ahead": ("ahead", "warm"),
        "user_cold": ("user", "cold"), "user_warm": ("user", "warm")}
PAIRS = [("bare", "cold"), ("cold", "warm"), ("cold", "ahead"), ("user_cold", "user_warm")]
# bash gives what it starts a few variables more, so the program gets those that bash itself was given.
BARE = """\
mapfile -d '' -t variables < /proc/$$/environ
exec env -i "${variables[@]}" /usr/bin/python3 main.py "$@"
"""
# More than run at one time, so that no server waits for us.
IN_FLIGHT = 8

# They differ from one cold run to the next.
ADDRESS = re.compile(rb"0x[0-9a-f]{6,}")
SHOWN_LINES = 80
SHOWN_COLUMNS = 300

FROZEN = "import gc\nprint(gc.get_freeze_count() > 0)\n"
RANDOM_RUNS = 8
# One value a line.
RANDOM = """\
import os, random, secrets, ssl, tempfile, uuid
print(random.random(), random.Random().random(), random.SystemRandom().random(), random.getrandbits(64), sep="\\n")
print(os.urandom(8).hex(), secrets.token_hex(8), ssl.RAND_bytes(8).hex(), uuid.uuid4(), uuid.uuid1(), sep="\\n")
print(tempfile.mkdtemp(), tempfile.NamedTemporaryFile().name, sep="\\n")
try:
    import numpy
except ImportError:
    pass
else:
    print(numpy.random.rand(), numpy.random.default_rng().random(), sep="\\n")
"""


@dataclasses.dataclass(frozen=True)
class Seen:
    """What a client sees of a run."""
    end: str
    stdout: bytes
    stderr: bytes

    def lines(self):
        yield self.end
        for name in ("stdout", "stderr"):
            for line in getattr(self, name).splitlines(keepends=True):
                # An element of a list is a line of the diff.
                yield from (f"{name}: {part:.{SHOWN_COLUMNS}}" for part in re.split("(?<=, )", repr(line)[1:]))


def parse(path):
    """The head of a program, and what is run: the rest."""
    lines = path.read_bytes().decode().splitlines(keepends=True)
    marked = list(itertools.takewhile(lambda line: line.startswith(MARK), lines))
    head = tomllib.loads("".join(line.removeprefix(MARK).removeprefix(" ") for line in marked))
    assert set(head) <= HEAD, f"{path.name}: the head says {sorted(head)}"
    rest = lines[len(marked):]
    assert not any(line.startswith(MARK) for line in rest), f"{path.name}: not all of its head is at the top"
    return head, head.get("code", "".join(rest))


def submission(path, start):
    head, code = parse(path)
    said = {key: head[key] for key in SUBMITTED & set(head)}
    if start == "bare":
        files = [*head.get("files", []), {"name": "main.py", "content": code}]
        return {**said, "language": "bash", "code": BARE, "files": files}
    return {**said, "language": "python", "code": code, "warm": start == "warm"}


def run(server, submitted):
    """Skips the test where there cannot be such a server."""
    if isinstance(server, str):
        pytest.skip(server)
    answer = server.client.post("/submit-code?wait=true&encoding=base64", submitted)
    assert answer.status == 200, answer
    result = answer.json
    return Seen(end_of(result), *(ADDRESS.sub(b"0x...", base64.b64decode(result[name])) for name in ("stdout", "stderr")))


def end_of(result):
    ends = {"signal": result["signal"], "exit": result["exitCode"]}
    return next((f"{how} {number}" for how, number in ends.items() if number is not None), result["reason"])


def expected_end(head):
    if "reason" in head:
        return head["reason"]
    return f"signal {head['signal']}" if "signal" in head else f"exit {head.get('exit_code', 0)}"


def difference(old_name, old, new_name, new):
    """A unified diff; empty when the two are equal."""
    if old == new:
        return ""
    lines = difflib.unified_diff(list(old.lines()), list(new.lines()), old_name, new_name, lineterm="")
    return "\n".join(["", *itertools.islice(lines, SHOWN_LINES)])


@pytest.fixture(scope="session")
def results(request, servers):
    """What comes of each program that was chosen, in each way. They run ahead of the tests that look at them."""
    chosen = [item.callspec.params for item in request.session.items if item.originalname == "test_program_cannot_tell"]
    wanted = dict.fromkeys((one["path"], way) for one in chosen for way in one["pair"])

    def run_program(path, way):
        kind, start = WAYS[way]
        return run(servers[kind], submission(path, start))

    with concurrent.futures.ThreadPoolExecutor(IN_FLIGHT) as pool:
        yield {(path, way): pool.submit(run_program, path, way) for path, way in wanted}
        pool.shutdown(cancel_futures=True)


each_kind = pytest.mark.parametrize("kind", dict.fromkeys(kind for kind, start in WAYS.values() if start == "warm"))


@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_program_cannot_tell(results, path, pair):
    """A difference that a head documents may be there; where all is imported ahead it must, or the head is out of date."""
    head, _ = parse(path)
    old, new = (results[path, way].result() for way in pair)
    if old.end != expected_end(head):
        pytest.fail("\n".join(["the program is not what its head says", *old.lines()]), pytrace=False)
    seen = difference(pair[0], old, pair[1], new)
    documented = head.get("differs") if WAYS[pair[1]][1] == "warm" else None
    if pair[1] == "user_warm":
        documented = documented or head.get("differs_for_user")
    if seen and not documented:
        pytest.fail(seen, pytrace=False)
    if documented and not seen and pair[1] == "ahead":
        pytest.fail(f"no longer true: {documented}", pytrace=False)


@each_kind
def test_a_warm_run_is_warm(servers, kind):
    """Otherwise nothing here proves anything. What the parent has is frozen, and no program's is."""
    seen = [run(servers[kind], {"code": FROZEN, "warm": warm}).stdout for warm in (False, True)]
    assert seen == [b"False\n", b"True\n"]


@each_kind
def test_nothing_random_comes_twice(servers, kind):
    seen = [run(servers[kind], {"code": RANDOM, "warm": True}) for _ in range(RANDOM_RUNS)]
    assert all(one.end == "exit 0" for one in seen), seen
    for values in zip(*(one.stdout.split() for one in seen), strict=True):
        assert len(set(values)) == len(values), values
