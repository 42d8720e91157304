#: tries = "W11: the port of the program before is free, without SO_REUSEADDR"
#: stdout = "ok\n"
#: after = "w07_own_loopback.py"
import socket
from attack import show, word
s = socket.socket()
show(word(s.bind, ("127.0.0.1", 5000)))
