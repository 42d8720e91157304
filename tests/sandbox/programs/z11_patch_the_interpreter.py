#: tries = "Z11: change what a later program might inherit: builtins, modules, small integers, codecs, the environment"
#: stdout = "5\n"
import builtins, codecs, ctypes, gc, json, locale, os, resource, signal, sys
show = sys.stdout.write
small = ctypes.c_char.from_address(id(200) + 24)
small.value = b"\xc9"  # from now on 200 is 201
sys.modules["json"] = 1
json.dumps = None
sys.path[:] = []
sys.setrecursionlimit(60)
sys.settrace(None)
gc.disable()
os.environ["PATH"] = ""
os.umask(0o777)
os.chdir("/")
signal.signal(signal.SIGINT, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
os.setpriority(os.PRIO_PROCESS, 0, 19)
codecs.register_error("strict", lambda error: ("", error.end))
builtins.len = lambda x: 5
show(f"{len('x')}\n")
builtins.print = None
builtins.__import__ = None
