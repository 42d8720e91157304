import selectors, socket
one, other = socket.socketpair()
one.sendall(b"text")
with selectors.DefaultSelector() as selector:
    selector.register(other, selectors.EVENT_READ)
    print(other.recv(10), len(selector.select(0)), type(selector).__name__, socket.getdefaulttimeout(), socket.has_ipv6)
