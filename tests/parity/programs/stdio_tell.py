import sys
for stream in (sys.stdin, sys.stdout):
    try:
        print(stream.tell())
    except OSError as error:
        print(error)
