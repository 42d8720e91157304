#: tries = "Z19: options and variables of the interpreter, as the job asks for them"
#: stdout = "0 1 0\n2 False True -1 True\n"
import os, sys
if not sys.flags.optimize:
    print(sys.flags.optimize, sys.flags.hash_randomization, sys.flags.isolated, flush=True)
    environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONPATH": "/tmp", "PYTHONDONTWRITEBYTECODE": "1"}
    os.execve(sys.executable, [sys.executable, "-OO", "-X", "utf8=0", "main.py"], environment)
seeds = os.popen(f"{sys.executable} -c 'print(hash(chr(97)))'").read()
print(sys.flags.optimize, __debug__, sys.dont_write_bytecode, -1 if int(seeds) == hash("a") else seeds, "/tmp" in sys.path)
