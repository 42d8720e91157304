import os
children = []
for number in range(20):
    child = os.fork()
    if child == 0: os._exit(number)
    children.append(child)
print([os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children])
