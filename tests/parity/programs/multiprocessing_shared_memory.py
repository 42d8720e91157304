from multiprocessing import shared_memory
one = shared_memory.SharedMemory(create=True, size=100)
one.buf[:3] = b"abc"
other = shared_memory.SharedMemory(one.name)
print(bytes(other.buf[:3]), one.size >= 100)
other.close()
one.close()
one.unlink()
