# In their order: last registered is first called before a fork, and the other way round after it.
import os
os.register_at_fork(before=lambda: print("before: first"), after_in_child=lambda: print("in the child: first", flush=True))
import random, threading, logging
os.register_at_fork(before=lambda: print("before: last"), after_in_child=lambda: print("in the child: last", flush=True))
state = random.getstate()
child = os.fork()
if child == 0:
    print(random.getstate() != state, threading.main_thread() is threading.current_thread(), flush=True)
    os._exit(0)
os.waitpid(child, 0)
print(random.getstate() == state)
