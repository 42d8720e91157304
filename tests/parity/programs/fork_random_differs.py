import os, random, sys
reader, writer = os.pipe()
child = os.fork()
if child == 0:
    os.write(writer, str(random.random()).encode())
    os._exit(0)
os.waitpid(child, 0)
print(os.read(reader, 100).decode() != str(random.random()))
