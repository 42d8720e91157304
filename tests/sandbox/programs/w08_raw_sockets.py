#: tries = "W8, W12: raw and packet sockets, pings, netlink, and ways to change the network"
#: stdout = "['EAFNOSUPPORT', 'ENOSYS', 'EPERM'] ['EPERM'] control ok ok\n"
import fcntl, socket, struct
from attack import show, word
kinds = [(socket.AF_INET, socket.SOCK_RAW, 1), (socket.AF_INET, socket.SOCK_RAW, 255), (socket.AF_INET6, socket.SOCK_RAW, 58),
         (socket.AF_INET, socket.SOCK_RAW | socket.SOCK_CLOEXEC, 6), (socket.AF_INET, socket.SOCK_DGRAM, 1),
         (17, socket.SOCK_RAW, 0x300), (17, socket.SOCK_DGRAM, 0x300), (16, socket.SOCK_RAW, 0), (16, socket.SOCK_DGRAM, 15)]
plain = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
def ask(request, rest):
    fcntl.ioctl(plain, request, struct.pack("16s24s", b"lo", rest))
changes = ((0x8914, struct.pack("h", 0)), (0x8916, struct.pack("HH4s", 2, 0, b"\12\0\0\1")), (0x8922, struct.pack("i", 9000)),
           (0x89A0, b""))  # flags, address, size of packets, a bridge
show(sorted({word(socket.socket, *kind) for kind in kinds}), sorted({word(ask, *change) for change in changes}),
     "control", word(ask, 0x8913, b""), word(socket.socket))
