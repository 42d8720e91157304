"""A program of Node.js cannot tell whether its interpreter was started for it or has waited for it. See README.md."""
import base64
import os
import pathlib

import pytest

from client import wait_until
from server import Server

MAIN = "main.js"
IS_AHEAD = 'console.log(require("fs").readFileSync("/proc/self/maps", "utf8").includes("code-exec-ahead"))'
STATUS = r"""
const text = require("fs").readFileSync("/proc/self/status", "utf8");
for (const name of ["Name", "Umask", "Pid", "Uid", "Gid", "Groups", "NSpid", "SigBlk", "SigIgn", "SigCgt",
                    "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp", "Seccomp_filters"])
  console.log(text.split("\n").find(line => line.startsWith(name + ":")));
"""
# What each is, and what it is submitted with beside its code.
PROGRAMS = {
    "hello": ('console.log("hello")', {}),
    "surroundings": ("console.log(process.argv, process.execPath, process.execArgv, process.env, process.cwd(), __filename,"
                     " process.title, process.pid, process.ppid, process.umask(), process.getuid(), process.getgroups())", {}),
    "status": (STATUS, {}),
    "descriptors": ('const fs = require("fs"); console.log(fs.readdirSync("/proc/self/fd")); console.log(fs.openSync("/etc/passwd"))', {}),
    "limits": ('process.stdout.write(require("child_process").execSync("ulimit -a; ulimit -Ha"))', {}),
    "limits of the job": ('process.stdout.write(require("child_process").execSync("ulimit -a"))',
                          {"limits": {"cpuTimeMs": 3000, "processes": 40}}),
    "streams": ("for (const s of [process.stdin, process.stdout, process.stderr]) console.log(s.constructor.name, s.isTTY, s.fd)", {}),
    "standard input": ('process.stdout.write(require("fs").readFileSync(0, "utf8").toUpperCase())', {"stdin": "a\nb\n"}),
    "standard input as it comes": ('process.stdin.on("data", d => console.log(d.length)).on("end", () => console.log("end"))',
                                   {"stdin": "x" * 100_000}),
    "lines": ('require("readline").createInterface({input: process.stdin}).on("line", l => console.log(l))', {"stdin": "a\nb"}),
    "much output": ('process.stdout.write("x".repeat(300000)); console.error("y")', {}),
    "exit code": ('process.on("exit", c => console.log("exit", c)); process.exitCode = 3', {}),
    "exit": ('setTimeout(() => console.log("never"), 1000); process.exit(4)', {}),
    "throw": ('function f() { throw new TypeError("no") }\nf()', {}),
    "rejection": ('Promise.reject(new Error("no"))', {}),
    "syntax": ("let a = ;", {}),
    "signal": ('process.kill(process.pid, "SIGTERM"); setTimeout(() => {}, 1000)', {}),
    "handler": ('process.on("SIGUSR2", () => { console.log("told"); clearTimeout(t) }); const t = setTimeout(() => {}, 5000);'
                ' process.kill(process.pid, "SIGUSR2")', {}),
    "modules": ('console.log(require("./lib/a.js").b, require("./d.json"), module.paths, require.main === module)',
                {"files": [{"name": "lib/a.js", "content": "exports.b = require('path').basename(__filename)"},
                           {"name": "d.json", "content": '{"k": 1}'}]}),
    "import": ('import("./m.mjs").then(m => console.log(m.x, Object.keys(m)))', {"files": [{"name": "m.mjs", "content": "export const x = 1"}]}),
    "package": ('import { readFileSync } from "fs"; console.log(import.meta.url, readFileSync("package.json", "utf8"))',
                {"files": [{"name": "package.json", "content": '{"type": "module"}'}]}),
    "child": ('console.log(require("child_process").execFileSync(process.execPath, ["-p", "process.env.LD_PRELOAD + process.argv.length"]) + "")', {}),
    "worker": ('const { Worker, isMainThread, parentPort } = require("worker_threads");'
               ' if (isMainThread) new Worker(__filename).on("message", m => console.log(m)); else parentPort.postMessage([1, 2])', {}),
    "order": ('setTimeout(() => console.log("timeout"), 1); setImmediate(() => setTimeout(() => console.log("later"), 50));'
              ' Promise.resolve().then(() => console.log("then")); process.nextTick(() => console.log("tick")); console.log("now")', {}),
    "files": ('const fs = require("fs"); fs.writeFileSync("/tmp/a", "b"); fs.writeFileSync("c", "d");'
              ' console.log(fs.readdirSync("/box"), fs.readdirSync("/tmp"), fs.statSync("main.js").mode)', {}),
    "pool": ('require("fs").readFile("/etc/passwd", (e, d) => require("crypto").pbkdf2("a", "b", 1000, 8, "sha1", (e, k) =>'
             ' console.log(d.length > 0, k.toString("hex"))))', {}),
    "wasm and eval": ('console.log(eval("1 + 1"), new Function("return 2")(), typeof WebAssembly.instantiate)', {}),
    "arguments": ("console.log(process.argv)", {"args": ["a", "b c"]}),  # never ahead: it is called with them
}
# They can tell, and docs/parity.md says so.
TELLING = {
    "parent": 'console.log(/^PPid:\\t1$/m.test(require("fs").readFileSync("/proc/self/status", "utf8")))',
}


def run(server, code, warm, submitted):
    answer = server.client.post("/submit-code?wait=true&encoding=base64",
                                {"code": code, "language": "javascript", "warm": warm, **submitted})
    assert answer.status == 200, answer
    result = answer.json
    return {name: result[name] for name in ("status", "reason", "exitCode", "signal", "truncated")} | {
        name: base64.b64decode(result[name]).decode() for name in ("stdout", "stderr")}


@pytest.fixture(scope="session", autouse=True)
def needs_node(servers):
    if isinstance(servers["root"], str):
        pytest.skip(servers["root"])
    names = [one["name"] for one in servers["root"].client.get("/api/v1/runtimes").json["runtimes"]]
    assert "javascript" in names, "the tests need Node.js: scripts/install-deps.sh test"


@pytest.mark.parametrize("name", PROGRAMS)
def test_program_of_node_cannot_tell(servers, name):
    code, submitted = PROGRAMS[name]
    cold, ahead = (run(servers["root"], code, warm, submitted) for warm in (False, True))
    assert cold == ahead


def test_a_run_that_waited_did(servers):
    """Otherwise nothing here proves anything."""
    seen = [run(servers["root"], IS_AHEAD, warm, {})["stdout"] for warm in (False, True)]
    assert seen == ["false\n", "true\n"]
    assert run(servers["root"], IS_AHEAD, True, {"args": ["a"]})["stdout"] == "false\n"


@pytest.mark.parametrize("name", TELLING)
def test_what_can_be_told_is_not_told_cold(servers, name):
    assert run(servers["root"], TELLING[name], False, {})["stdout"] == "true\n"


@pytest.mark.parametrize("code, reason", [("console.log(1)", None), ("Buffer.alloc(64 << 20, 1)", "memory_limit")])
def test_memory_is_the_job_s(servers, code, reason):
    for warm in (False, True):
        assert run(servers["root"], code, warm, {"limits": {"memoryBytes": 1 << 25}})["reason"] == reason


def test_jobs_of_two_languages_in_turn(servers):
    server = servers["root"]
    for i in range(12):
        language, code = (("javascript", f"console.log({i})"), ("python", f"print({i})"))[i % 2]
        answer = server.client.post("/submit-code?wait=true", {"code": code, "language": language})
        assert answer.json["result"] == str(i), answer


def interpreters_below(process):
    """The interpreters among the descendants of a process, by their programs, without those that have ended."""
    commands, parents = {}, {}
    for path in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            commands[path.name] = path.joinpath("cmdline").read_bytes().split(b"\0")[0]
            parents[path.name] = path.joinpath("stat").read_text().rpartition(")")[2].split()[1]
        except OSError:
            pass  # it has ended meanwhile
    below = {str(process)}
    while more := {one for one, parent in parents.items() if parent in below} - below:
        below |= more
    return [commands[one] for one in below if commands.get(one, b"") in (b"/usr/bin/node", b"/usr/bin/python3")]


def test_nothing_waits_before_a_job_of_its_kind(tmp_path):
    """It would have 35 MB; a fork of Python has one or two."""
    if os.geteuid() != 0:
        pytest.skip("an ordinary user's server starts nothing ahead without control groups")
    slots, parents = 2, 4
    server = Server(tmp_path / "data", "--concurrency", str(slots)).start()
    try:
        wait_until(lambda: len(interpreters_below(server.process.pid)) >= slots + parents, 30, "runs that wait")
        assert b"/usr/bin/node" not in interpreters_below(server.process.pid)
    finally:
        server.stop()
