import sys
for stream in (sys.stdin, sys.stdout, sys.stderr):
    print(stream.line_buffering, stream.write_through, stream.isatty(), stream.readable(), stream.writable(), stream.seekable(),
          stream.fileno(), stream.closed, type(stream).__name__, type(stream.buffer).__name__, type(stream.buffer.raw).__name__)
    print(stream.buffer.name, stream.buffer.raw.name, stream.buffer.raw.mode, stream.buffer.raw.closefd, stream._CHUNK_SIZE)
    print(repr(stream), repr(stream.buffer), repr(stream.buffer.raw))
print(sys.stdin is sys.__stdin__, sys.stdout is sys.__stdout__, sys.stderr is sys.__stderr__)
