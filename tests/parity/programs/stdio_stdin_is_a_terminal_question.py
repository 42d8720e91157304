import os, sys
print(sys.stdin.isatty(), os.isatty(1))
for call in (lambda: os.ttyname(0), lambda: open("/dev/tty"), lambda: os.tcgetpgrp(0), lambda: os.get_terminal_size()):
    try:
        print(call())
    except OSError as error:
        print(error)
