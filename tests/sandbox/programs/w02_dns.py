#: tries = "W2: look up a name"
#: stdout = "gaierror\n"
#: wall_ms_max = 3000
import socket
from attack import show, word
try:
    socket.getaddrinfo("example.com", 80)
except socket.gaierror:
    print("gaierror")
