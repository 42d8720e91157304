"""A job as it goes on, seen by a client: server-sent events, and the conversation over a WebSocket."""
import contextlib
import json
import socket

from web_socket import WebSocket


class Events:
    """A stream of server-sent events."""

    def __init__(self, client, job_id, last_id=None, query=""):
        self.socket = socket.create_connection((client.host, client.port), timeout=30)
        headers = f"Last-Event-ID: {last_id}\r\n" if last_id else ""
        self.socket.sendall(f"GET /api/v1/jobs/{job_id}/events{query} HTTP/1.1\r\nHost: {client.host}:{client.port}\r\n"
                            f"{headers}\r\n".encode())
        self.stream = self.socket.makefile("rb")
        self.status = int(self.stream.readline().split()[1])
        self.headers = {}
        while (line := self.stream.readline()) not in (b"\r\n", b""):
            name, value = line.decode().rstrip().split(": ", 1)
            self.headers[name] = value

    def next(self):
        """{"event", "id", "data"}; None at the end."""
        event = {}
        while line := self.stream.readline():
            if line == b"\n" and event:
                return event
            if line.startswith(b":") or line == b"\n":
                continue
            name, value = line.decode().rstrip("\n").split(": ", 1)
            event[name] = json.loads(value) if name == "data" else value
        return None

    def rest(self):
        events = []
        while event := self.next():
            events.append(event)
        return events

    def close(self):
        self.stream.close()
        self.socket.close()


def output_of(events, stream="stdout"):
    return "".join(event["data"]["data"] for event in events if event["event"] == stream)


@contextlib.contextmanager
def talk(client, job_id, query=""):
    conversation = WebSocket(client.host, client.port, f"/api/v1/jobs/{job_id}/io{query}")
    assert conversation.status == 101
    yield conversation
    conversation.close()


def submit(client, code, **fields):
    answer = client.post("/api/v1/jobs", {"code": code, **fields})
    assert answer.status == 201, answer
    return answer.json["jobId"]
