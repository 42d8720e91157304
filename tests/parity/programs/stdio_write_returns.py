import sys
sys.stderr.write(f"{sys.stdout.write('naïve')} {sys.stdout.buffer.write(b'abc')} {sys.stdout.tell() if sys.stdout.seekable() else 'none'}\n")
