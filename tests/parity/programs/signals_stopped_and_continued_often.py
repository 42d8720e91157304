import os, signal, subprocess, sys
helper = subprocess.Popen([sys.executable, "-c", "import os, signal, sys, time\nfor _ in range(150):\n    os.kill(int(sys.argv[1]), signal.SIGSTOP); os.kill(int(sys.argv[1]), signal.SIGCONT)", str(os.getpid())])
print(helper.wait())
