import os
print("buffered before the fork")
child = os.fork()
if child: os.waitpid(child, 0)
print("in the", "parent" if child else "child")
