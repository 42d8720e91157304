#: tries = "M8: memory in the buffers of unread datagrams"
#: limits = {memoryBytes = 67108864}
#: reason = ["memory_limit", "completed"]
#: stdout_in = ["bounded\n", ""]
#: unprivileged = "not enforced: buffers are bounded socket by socket only; a group would count them together"
import socket
pairs = []
queued = 0
room = 0
try:
    while room < 160 << 20:
        receiver = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 30)
        size = receiver.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)
        room += size
        receiver.bind(("127.0.0.1", 0))
        sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sender.setblocking(False)
        pairs.append((receiver, sender))
        for _ in range(size // 60000 + 1):
            sender.sendto(b"x" * 60000, receiver.getsockname())
except OSError:
    pass
for receiver, _ in pairs:
    receiver.setblocking(False)
    try:
        while True:
            queued += len(receiver.recv(65536))
    except OSError:
        pass
print("bounded" if queued < 64 << 20 else queued)
