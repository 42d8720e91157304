import os, signal
print(signal.getsignal(signal.SIGPIPE), signal.getsignal(signal.SIGXFSZ))
reader, writer = os.pipe()
os.close(reader)
try:
    os.write(writer, b"x")
except BrokenPipeError as error:
    print(error)
