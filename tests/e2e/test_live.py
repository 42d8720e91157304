"""A job as it goes on: server-sent events and the WebSocket, and clients that are slow, vanish or mean harm."""
import base64
import contextlib
import pathlib
import socket

import pytest
from client import FINAL, wait_until
from live import Events, output_of, submit, talk
from server import descendants
from web_socket import BINARY, CLOSE, TEXT

TICKS = "import sys\nfor line in sys.stdin: print('said', line.strip(), flush=True)\nprint('bye')"
ENDLESS = "import time\nprint('begun', flush=True)\nwhile True: time.sleep(60)"


# ---- server-sent events


def test_output_comes_while_the_program_runs(client):
    job = submit(client, TICKS, interactive=True)
    events = Events(client, job)
    assert events.status == 200
    assert events.headers["Content-Type"] == "text/event-stream"
    assert events.headers["Cache-Control"] == "no-store"
    with talk(client, job) as input_side:
        input_side.send({"type": "stdin", "data": "one\n"})
        seen = [events.next()]
        while seen[-1]["event"] != "stdout":
            seen.append(events.next())
        assert seen[-1]["data"] == {"data": "said one\n"}
        assert [event["data"]["status"] for event in seen[:-1]][-1] == "running"
        input_side.send({"type": "eof"})
        rest = events.rest()
    assert output_of(rest) == "bye\n"
    assert rest[-1]["event"] == "result"
    assert rest[-1]["id"] == "end"
    assert rest[-1]["data"] == client.get(f"/api/v1/jobs/{job}").json


def test_a_final_job_is_told_whole(client):
    job = client.run("import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)")["jobId"]
    events = Events(client, job).rest()
    assert [event["event"] for event in events] == ["status", "stdout", "stderr", "result"]
    assert output_of(events) == "out\n"
    assert output_of(events, "stderr") == "err\n"
    assert events[-1]["data"]["exitCode"] == 3


def test_a_client_that_comes_back_goes_on_where_it_was(client):
    job = submit(client, TICKS, interactive=True)
    with talk(client, job) as input_side:
        events = Events(client, job)
        input_side.send({"type": "stdin", "data": "one\n"})
        while (event := events.next())["event"] != "stdout":
            pass
        events.close()
        input_side.send({"type": "stdin", "data": "two\n"})
        input_side.send({"type": "eof"})
        input_side.receive_until("result")
        again = Events(client, job, last_id=event["id"]).rest()
    assert output_of(again) == "said two\nbye\n"
    assert Events(client, job, last_id=again[-1]["id"]).status == 204


def test_an_id_that_is_not_ours_begins_at_the_beginning(client):
    job = client.run("print('all')")["jobId"]
    for odd in ("7", "a:b:c", "1:2", "1:2:3:4", "-1:-1:-1", "9" * 400, "0:99999999999999999999999:0", "ende"):
        assert output_of(Events(client, job, last_id=odd).rest()) == "all\n", odd


def test_bytes_come_exactly_as_base64(client):
    job = client.run("import os; os.write(1, bytes(range(256)))")["jobId"]
    events = Events(client, job, query="?encoding=base64").rest()
    assert base64.b64decode(output_of(events)) == bytes(range(256))
    assert base64.b64decode(events[-1]["data"]["stdout"]) == bytes(range(256))


def test_text_is_never_cut_within_a_character(client):
    code = "import sys\nfor i in range(200000): sys.stdout.write('\\u20ac')"
    events = Events(client, submit(client, code)).rest()
    assert output_of(events) == "€" * 200000


def test_unknown_jobs_and_odd_requests_are_answered_as_elsewhere(client):
    assert client.get("/api/v1/jobs/0190163d-8694-739b-aea5-966c26f8ad91/events").status == 404
    assert client.get("/api/v1/jobs/nonsense/events").status == 404
    job = client.run("print(1)")["jobId"]
    answer = client.get(f"/api/v1/jobs/{job}/events?encoding=rot13")
    assert answer.status == 422 and answer.json["field"] == "encoding"
    assert client.get(f"/api/v1/jobs/{job}/io").status == 426
    assert client.post(f"/api/v1/jobs/{job}/events", {}).status == 405


def test_a_cancelled_job_ends_the_stream(client):
    job = submit(client, ENDLESS)
    events = Events(client, job)
    while events.next()["event"] != "stdout":
        pass
    assert client.delete(f"/api/v1/jobs/{job}").status == 200
    rest = events.rest()
    assert rest[-1]["event"] == "result"
    assert rest[-1]["data"]["reason"] == "cancelled"


# ---- the WebSocket


def test_a_conversation_with_a_program(client):
    job = submit(client, TICKS, interactive=True)
    with talk(client, job) as conversation:
        conversation.send({"type": "stdin", "data": "one\n"})
        messages = conversation.receive_until("stdout")
        assert messages[-1]["data"] == "said one\n"
        conversation.send({"type": "eof"})
        messages = conversation.receive_until("result")
        assert messages[-1]["job"]["stdout"] == "said one\nbye\n"
        assert conversation.receive_frame()[0] == CLOSE


def test_input_in_the_submission_comes_first(client):
    job = submit(client, TICKS, interactive=True, stdin="zero\n")
    with talk(client, job) as conversation:
        conversation.send({"type": "stdin", "data": "one\n"})
        conversation.send({"type": "eof"})
        messages = conversation.receive_until("result")
        assert messages[-1]["job"]["stdout"] == "said zero\nsaid one\nbye\n"


@pytest.mark.parametrize("warm", [True, False])
def test_signals_reach_the_program(client, warm):
    code = ("import signal, sys\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(7))\nprint('ready', flush=True)\n"
            "while True: signal.pause()")
    job = submit(client, code, warm=warm)
    with talk(client, job) as conversation:
        conversation.receive_until("stdout")
        conversation.send({"type": "signal", "signal": "SIGTERM"})
        assert conversation.receive_until("result")[-1]["job"]["exitCode"] == 7


def test_what_cannot_be_said_is_told_and_the_conversation_goes_on(client):
    job = submit(client, ENDLESS)  # its input has ended
    with talk(client, job) as conversation:
        conversation.receive_until("stdout")
        for said, field in [({"type": "stdin", "data": "x"}, None), ({"type": "signal", "signal": "SIGSTOP"}, "signal"),
                            ({"type": "signal", "signal": 9}, "signal"), ({"type": "resize"}, "type"), ({}, "type"),
                            ({"type": "eof", "more": 1}, "more"), ([1], None)]:
            conversation.send(said)
            error = conversation.receive()
            assert error["type"] == "error", said
            assert error.get("field") == field, error
        conversation.send_frame(TEXT, b"{nonsense")
        assert conversation.receive()["type"] == "error"
        conversation.send({"type": "signal", "signal": "SIGKILL"})
        assert conversation.receive_until("result")[-1]["job"]["signal"] == 9


@pytest.mark.parametrize("warm", [True, False])
def test_a_flood_of_signals_is_bounded_and_a_cancel_comes_through(client, warm):
    job = submit(client, "import time\nprint('begun', flush=True)\ntime.sleep(60)", warm=warm)
    with talk(client, job) as conversation:
        conversation.receive_until("stdout")
        for _ in range(2000):
            conversation.send({"type": "signal", "signal": "SIGWINCH"})
        assert "too many signals" in conversation.receive_until("error")[-1]["detail"]
        assert client.delete(f"/api/v1/jobs/{job}").json["reason"] == "cancelled"
    assert client.run("print('next')", warm=warm)["result"] == "next"


def test_input_that_nobody_reads_is_refused_and_bounded(client):
    job = submit(client, ENDLESS, interactive=True)
    with talk(client, job) as conversation:
        conversation.receive_until("stdout")
        for _ in range(16):
            conversation.send({"type": "stdin", "data": "x" * 60_000})
        assert "does not read" in conversation.receive_until("error")[-1]["detail"]
        client.delete(f"/api/v1/jobs/{job}")


def test_bytes_go_both_ways_as_base64(client):
    job = submit(client, "import sys, os\nos.write(1, sys.stdin.buffer.read()[::-1])", interactive=True)
    with talk(client, job, "?encoding=base64") as conversation:
        conversation.send({"type": "stdin", "data": "not base64!"})
        assert conversation.receive_until("error")[-1]["field"] == "data"
        conversation.send({"type": "stdin", "data": base64.b64encode(b"\xff\x00a").decode()})
        conversation.send({"type": "eof"})
        result = conversation.receive_until("result")[-1]["job"]
        assert base64.b64decode(result["stdout"]) == b"a\x00\xff"


@pytest.mark.parametrize("frame", [(TEXT, b"\xff\xfe"), (BINARY, b"{}"), (TEXT, b"x" * 70_000), (CLOSE, b"\x00")])
def test_a_broken_protocol_ends_the_connection_and_not_the_job(client, frame):
    job = submit(client, ENDLESS)
    with talk(client, job) as conversation:
        conversation.receive_until("stdout")
        conversation.send_frame(*frame)
        while conversation.receive_frame() is not None:
            pass
    assert client.get(f"/api/v1/jobs/{job}").json["status"] not in FINAL
    client.delete(f"/api/v1/jobs/{job}")


# ---- clients that are slow, or gone


def memory_of(server):
    """Of all its processes, in bytes; what they share is counted once."""
    pids = [server.process.pid, *descendants(server.process.pid)]
    total = 0
    for pid in pids:
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1]) * 1024
    return total


def test_watchers_who_do_not_read_cost_neither_memory_nor_the_job(make_server):
    server = make_server("--limit-max-output-bytes", str(16 << 20)).start()
    before = memory_of(server)
    code = "import sys\nsys.stdin.readline()\nfor _ in range(8192): sys.stdout.write('x' * 1024)"
    job = submit(server.client, code, interactive=True, limits={"outputBytes": 8 << 20})
    slow = []
    for _ in range(50):
        watcher = socket.socket()
        watcher.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        watcher.connect((server.client.host, server.client.port))
        watcher.sendall(f"GET /api/v1/jobs/{job}/events HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        watcher.recv(12)  # its head: it listens
        slow.append(watcher)
    with talk(server.client, job) as conversation:
        conversation.send({"type": "stdin", "data": "go\n"})
        result = conversation.receive_until("result")[-1]["job"]
    assert result["status"] == "completed"
    assert len(result["stdout"]) == 8 << 20
    # One copy of the output, its result and what they were made from: not one for each of the fifty.
    assert memory_of(server) - before < 200 << 20
    for watcher in slow:
        watcher.close()


def test_clients_that_vanish_leave_nothing_behind(make_server):
    server = make_server().start()
    job = submit(server.client, ENDLESS)
    for _ in range(100):
        events = Events(server.client, job)
        assert events.next()["event"] == "status"
        events.close()
        with talk(server.client, job) as conversation:
            conversation.receive_until("stdout")
    connections = b"code_exec_http_connections 1\n"  # the one that asks
    wait_until(lambda: connections in server.client.get("/metrics").raw, 10, "no connection left")
    assert server.client.delete(f"/api/v1/jobs/{job}").status == 200


def test_a_server_that_stops_ends_its_streams(make_server):
    server = make_server("--drain-timeout", "0").start()
    job = submit(server.client, ENDLESS)
    events = Events(server.client, job)
    while events.next()["event"] != "stdout":
        pass
    server.terminate()
    events.rest()
    assert server.wait() == 0
    again = make_server().start()
    assert again.client.delete(f"/api/v1/jobs/{job}").status == 200
