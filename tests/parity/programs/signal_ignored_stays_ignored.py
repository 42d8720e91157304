import os, signal, subprocess
signal.signal(signal.SIGTERM, signal.SIG_IGN)
os.kill(os.getpid(), signal.SIGTERM)
subprocess.run("kill -TERM $$; echo still here", shell=True)
