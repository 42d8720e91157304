#: tries = "K6: other families by way of socketpair, other protocols of the internet"
#: stdout = "EAFNOSUPPORT EAFNOSUPPORT ENOSYS ENOSYS ok\n"
import socket
from attack import show, word
show(word(socket.socketpair, 16, socket.SOCK_RAW), word(socket.socketpair, 40, socket.SOCK_STREAM),
     word(socket.socket, socket.AF_INET, socket.SOCK_STREAM, 262), word(socket.socket, socket.AF_INET, socket.SOCK_DGRAM, 136),
     word(socket.socketpair))
