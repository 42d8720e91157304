#: tries = "leave sockets, and 150 MB in a file, in flight over each other where no process holds them"
#: stdout = "left\n"
import array, os, socket
memories = [os.memfd_create("x") for _ in range(3)]
for memory in memories:
    for _ in range(50):
        os.write(memory, b"x" * (1 << 20))
one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
named = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
named.bind("\0left-behind")
one.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [one.fileno(), other.fileno(), named.fileno(), *memories]))])
print("left")
