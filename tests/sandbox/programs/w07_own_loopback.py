#: tries = "W7: a server and a client in one program work"
#: stdout = "b'hi'\n"
import socket, threading
server = socket.create_server(("127.0.0.1", 5000))
def serve():
    connection, _ = server.accept()
    connection.sendall(b"hi")
    connection.close()
threading.Thread(target=serve).start()
client = socket.create_connection(("127.0.0.1", 5000))
print(client.recv(2))
