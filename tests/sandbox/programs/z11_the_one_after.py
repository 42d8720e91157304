#: tries = "Z11: be an ordinary program after one that changed everything it could"
#: after = "z11_patch_the_interpreter.py"
#: stdout = "1 201 {\"a\": 1} 1000 True 0o22 /box default_int_handler 1024 0 UnicodeDecodeError /usr/local/bin:/usr/bin:/bin\n"
import gc, json, os, resource, signal, sys
from attack import word
mask = os.umask(0o22)
print(len("x"), 200 + 1, json.dumps({"a": 1}), sys.getrecursionlimit(), gc.isenabled(), oct(mask), os.getcwd(),
      signal.getsignal(signal.SIGINT).__name__, resource.getrlimit(resource.RLIMIT_NOFILE)[1],
      os.getpriority(os.PRIO_PROCESS, 0), word(b"\xff".decode), os.environ["PATH"])
