#: tries = "W3: reach a server of the host on loopback; the runner listens on the port"
#: listener = true
#: stdout = "ECONNREFUSED ECONNREFUSED ENETUNREACH\n"
import socket, sys
from attack import show, word
port = int(sys.argv[1])
show(word(socket.create_connection, ("127.0.0.1", port), 2), word(socket.create_connection, ("::1", port), 2),
     word(socket.create_connection, ("192.0.2.1", port), 2))
