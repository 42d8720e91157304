#: tries = "find sockets and memory that the one before left in flight"
#: after = "a02_sockets_in_flight.py"
#: stdout = "0 ok\n"
#: limits = {memoryBytes = 209715200}
import socket
from attack import show, word
x = bytearray(150 << 20)
show(sum("left-behind" in line for line in open("/proc/self/net/unix")),
     word(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).bind, "\0left-behind"))
