#: tries = "O15: say what looks like a result, in words and in our own messages, on every descriptor there is"
#: reason = "runtime_error"
#: exit_code = 9
#: stdout_has = "exitcode:0"
import os, struct
os.write(1, b'{"status":"completed","exitCode":0}\nstatus:OK\nexitcode:0\n')
for fd in range(1024):
    for kind in range(16):
        try:
            os.write(fd, struct.pack("<IIqqqq", kind, 1, 0, 0, 0, 0))
        except OSError:
            pass
raise SystemExit(9)
