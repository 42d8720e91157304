#: tries = "W2: look up a name, ask a name server, send to others"
#: stdout = "gaierror ['ENETUNREACH'] ECONNREFUSED control ok\n"
#: wall_ms_max = 3000
import socket
from attack import show, word
looked_up = word(socket.getaddrinfo, "example.com", 80).replace("-3", "gaierror").replace("-2", "gaierror")
def send(address):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    socket.socket(family, socket.SOCK_DGRAM).sendto(b"\0" * 12, (address, 53))
def ask_here():
    asking = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    asking.connect(("127.0.0.53", 53))
    asking.send(b"\0" * 12)
    asking.settimeout(2)
    asking.recv(512)
others = ("192.0.2.1", "169.254.169.254", "10.0.0.1", "172.17.0.1", "224.0.0.1", "255.255.255.255", "2001:db8::1", "fe80::1")
show(looked_up, sorted({word(send, address) for address in others} - {"EACCES", "EINVAL", "ENODEV"}), word(ask_here), "control",
     word(socket.getaddrinfo, "localhost", 80))
