"""A WebSocket client (RFC 6455) that can also misbehave."""
import base64
import json
import os
import socket
import struct

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


class WebSocket:
    def __init__(self, host, port, path, headers=(), bound_s=30):
        self.socket = socket.create_connection((host, port), timeout=bound_s)
        lines = [f"GET {path} HTTP/1.1", f"Host: {host}:{port}", "Upgrade: websocket", "Connection: Upgrade",
                 "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}", *headers]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode())
        self.stream = self.socket.makefile("rb")
        self.status = int(self.stream.readline().split()[1])
        while self.stream.readline() not in (b"\r\n", b""):
            pass

    def send(self, message):
        self.send_frame(TEXT, json.dumps(message).encode())

    def send_frame(self, operation, payload=b"", final=True):
        mask = os.urandom(4)
        size = len(payload)
        head = bytes([operation | (0x80 if final else 0)])
        if size < 126:
            head += bytes([0x80 | size])
        elif size < 1 << 16:
            head += bytes([0x80 | 126]) + struct.pack(">H", size)
        else:
            head += bytes([0x80 | 127]) + struct.pack(">Q", size)
        self.socket.sendall(head + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload)))

    def receive_frame(self):
        """(operation, payload); None when the connection ended."""
        try:
            head = self.stream.read(2)
            if len(head) < 2:
                return None
            size = head[1] & 127
            if size == 126:
                size = struct.unpack(">H", self.stream.read(2))[0]
            elif size == 127:
                size = struct.unpack(">Q", self.stream.read(8))[0]
            return head[0] & 15, self.stream.read(size)
        except ConnectionError:
            return None

    def receive(self):
        """The next message; None when the server said goodbye or is gone."""
        while (frame := self.receive_frame()) and frame[0] != CLOSE:
            if frame[0] == TEXT:
                return json.loads(frame[1])
        return None

    def receive_until(self, kind):
        """Messages up to the first of this type."""
        messages = []
        while (message := self.receive()) is not None:
            messages.append(message)
            if message["type"] == kind:
                return messages
        raise AssertionError(f"no {kind} came: {messages}")

    def close(self):
        self.stream.close()
        self.socket.close()
