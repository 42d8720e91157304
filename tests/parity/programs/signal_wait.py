import os, signal
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
os.kill(os.getpid(), signal.SIGUSR1)
print(signal.sigpending(), signal.sigwait([signal.SIGUSR1]).name, signal.sigpending())
print(signal.sigtimedwait([signal.SIGUSR2], 0.01))
