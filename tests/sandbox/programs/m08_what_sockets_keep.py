#: tries = "M8: memory of sockets that no group pays for: error queues, options, packets kept for more, sources, labels"
#: stdout = "['ENOPROTOOPT'] more ['ENOTSUP'] control ok ok\n"
import socket
from attack import show, word
four, six = (socket.socket(family, socket.SOCK_DGRAM) for family in (socket.AF_INET, socket.AF_INET6))
# IP_RECVERR and multicast sources; IPV6_2292PKTOPTIONS, ADDRFORM, RECVERR, FLOWLABEL_MGR, MCAST_MSFILTER; UDP_CORK;
# SO_TIMESTAMPING, old and new, SO_ZEROCOPY
options = [(four, 0, 11), (four, 0, 4), (four, 0, 39), (four, 0, 48), (six, 41, 6), (six, 41, 2), (six, 41, 25), (six, 41, 32),
           (six, 41, 48), (four, 17, 1), (four, 1, 37), (four, 1, 65), (four, 1, 60)]
MSG_MORE = 0x8000
more = [word(four.sendto, b"x", MSG_MORE, ("127.0.0.1", 9)), word(four.sendmsg, [b"x"], [], MSG_MORE, ("127.0.0.1", 9))]
show(sorted({word(one.setsockopt, level, option, b"\0" * 64) for one, level, option in options}), "more", sorted(set(more)),
     "control", word(four.sendto, b"x", 0, ("127.0.0.1", 9)), word(four.setsockopt, 1, 2, 1))
