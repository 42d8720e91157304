import socket
print(socket.gethostname(), socket.getdefaulttimeout())
server = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(server.getsockname())
client.sendall(b"over loopback")
print(server.accept()[0].recv(100))
