#: tries = "Z12: signals that are blocked, ignored or handled as in no fresh Python"
#: stdout = "set() ignored ['SIGPIPE', 'SIGXFSZ'] handled ['SIGINT'] pending set()\n"
import signal
numbers = [n for n in signal.valid_signals() if n not in (signal.SIGKILL, signal.SIGSTOP)]
def those(wanted):
    return sorted(signal.Signals(n).name for n in numbers if signal.getsignal(n) == wanted)
handled = sorted(signal.Signals(n).name for n in numbers if callable(signal.getsignal(n)) and
                 signal.getsignal(n) not in (signal.SIG_IGN, signal.SIG_DFL))
print(signal.pthread_sigmask(signal.SIG_BLOCK, []), "ignored", those(signal.SIG_IGN), "handled", handled,
      "pending", signal.sigpending())
