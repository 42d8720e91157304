#: tries = "N9: descriptors that wait for each other in chains and circles, and thousands of waiters on each"
#: stdout = "ELOOP refused bounded control ok\n"
import os, select
from attack import show, word
one, other = select.epoll(), select.epoll()
one.register(other)
circle = word(other.register, one)
chain = [select.epoll() for _ in range(50)]
deep = {word(a.register, b) for a, b in zip(chain, chain[1:])}
events = [os.eventfd(0) for _ in range(400)]
waiting = 0
def flood():
    global waiting
    keep = []
    while True:
        keep.append(select.epoll())
        for event in events:
            keep[-1].register(event, select.EPOLLIN)
            waiting += 1
flooded = word(flood)
show(circle, "refused" if deep & {"ELOOP", "EINVAL"} else deep, "bounded" if flooded in ("EMFILE", "ENOSPC", "ENOMEM") else flooded,
     "control", word(os.eventfd_write, events[0], 1))
