#: differs = "what a program has hung below the names of the standard library's own modules is destroyed later than it would be, or sees less of them"
import atexit, codecs, copyreg, gc, signal, sys, warnings
class Said:
    def __init__(self, text): self.text = text
    def __call__(self, *args): return None
    def __del__(self): print(self.text)
codecs.register(Said("codecs"))
copyreg.dispatch_table[Said] = Said("copyreg")
sys.path_hooks.append(Said("path hooks"))
warnings.showwarning = Said("showwarning")
signal.signal(signal.SIGUSR1, Said("signal handler"))
gc.callbacks.append(Said("gc callbacks"))
atexit.register(Said("atexit"))
print("main ends")
