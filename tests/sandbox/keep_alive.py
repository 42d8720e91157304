"""Many requests over one connection, and many such clients at a time."""
import http.client
import json
import threading

from client import Answer, Client


class KeepAliveClient(Client):
    """For one thread. What the server closed while idle is opened again."""

    def __init__(self, host, port, timeout_s=120):
        super().__init__(host, port, timeout_s)
        self.connection = http.client.HTTPConnection(host, port, timeout=timeout_s)

    def request(self, method, path, body=None, headers=None):
        raw = None if body is None else json.dumps(body).encode()
        headers = {**(headers or {}), **({"Content-Type": "application/json"} if raw else {})}
        try:
            self.connection.request(method, path, raw, headers)
            response = self.connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            self.connection.close()
            self.connection.request(method, path, raw, headers)
            response = self.connection.getresponse()
        return Answer(response.status, response.headers, response.read())


def in_threads(count, work):
    """Calls work(number) in each thread; raises what the first of them raised."""
    failures = []

    def guarded(number):
        try:
            work(number)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=guarded, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
