import os
os.register_at_fork(before=lambda: print("before"), after_in_parent=lambda: print("in the parent"), after_in_child=lambda: print("in the child"))
child = os.fork()
if child == 0:
    os._exit(print("child", flush=True) or 0)
os.waitpid(child, 0)
