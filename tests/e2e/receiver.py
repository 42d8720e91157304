"""A receiver of callbacks on loopback. What it answers is up to the test."""
import hashlib
import hmac
import http.server
import json
import ssl
import threading
import time

from client import wait_until


def signature(secret, timestamp, body):
    return "sha256=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


class Post:
    def __init__(self, path, headers, body):
        self.path = path
        self.headers = headers
        self.body = body
        self.at = time.time()

    @property
    def job_id(self):
        return json.loads(self.body)["jobId"]

    def is_signed_with(self, secret):
        expected = signature(secret, self.headers["X-Code-Exec-Timestamp"], self.body)
        return hmac.compare_digest(self.headers["X-Code-Exec-Signature"], expected)


class Receiver:
    """`answer(handler, number)` writes the answer to the post of this number, from 0."""

    def __init__(self, answer=None, port=0, certificate=None, ciphers=None, group=None):
        self.posts = []
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.posts.append(Post(self.path, self.headers, body))
                (answer or answer_with(204))(self, len(receiver.posts) - 1)

            def log_message(self, *_):
                pass

        class Listening(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass  # clients that hang up

        self.server = Listening(("127.0.0.1", port), Handler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            if ciphers:
                context.maximum_version = ssl.TLSVersion.TLSv1_2
                context.set_ciphers(ciphers)
            if group:
                context.load_dh_params(group)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.scheme = "https" if certificate else "http"
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def url(self, path="/", host="127.0.0.1"):
        return f"{self.scheme}://{host}:{self.port}{path}"

    def wait_for(self, count=1, bound_s=30):
        wait_until(lambda: len(self.posts) >= count, bound_s, f"{count} callbacks ({len(self.posts)} came)")
        return self.posts

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def answer_with(status, **headers):
    def answer(handler, _number):
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()
    return answer
