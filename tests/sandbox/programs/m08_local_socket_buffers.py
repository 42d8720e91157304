#: tries = "M8: memory in the buffers of local sockets nobody reads"
#: limits = {memoryBytes = 67108864}
#: reason = ["memory_limit", "completed"]
#: stdout_in = ["bounded\n", ""]
#: unprivileged = "not enforced: buffers are bounded socket by socket only; a group would count them together"
import socket
queued = 0
pairs = []
while len(pairs) < 400 and queued < 96 << 20:
    pair = socket.socketpair()
    pair[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 30)
    pair[0].setblocking(False)
    pairs.append(pair)
    try:
        while True:
            queued += pair[0].send(b"x" * 65536)
    except OSError:
        pass
print("bounded" if queued < 64 << 20 else queued)
