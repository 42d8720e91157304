import mmap, os, select
memory = mmap.mmap(-1, 100)
memory.write(b"text")
reader, writer = os.pipe()
os.write(writer, b"x")
print(memory[:4], select.select([reader], [], [], 0)[0] == [reader], select.poll().poll(0), select.epoll().fileno())
