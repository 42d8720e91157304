#: tries = "K6, W8, W12: socket families beyond local and internet, raw sockets, netlink"
#: stdout = "['EAFNOSUPPORT'] EPERM ok\n"
import socket
from attack import show, word
show(sorted({word(socket.socket, family, socket.SOCK_DGRAM) for family in (16, 17, 31, 38, 40, 44, 9, 29)}),
     word(socket.socket, socket.AF_INET, socket.SOCK_RAW, 1), word(socket.socket))
