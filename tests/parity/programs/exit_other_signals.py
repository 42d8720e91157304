import os, signal
for number in ("SIGHUP", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGBUS", "SIGFPE", "SIGUSR1", "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGCHLD",
               "SIGXCPU", "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGIO", "SIGPWR", "SIGSYS", "SIGURG", "SIGWINCH"):
    child = os.fork()
    if child == 0:
        os.kill(os.getpid(), getattr(signal, number))
        os._exit(77)
    print(number, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
