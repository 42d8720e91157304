import multiprocessing, os, signal, sys
def leave(how):
    if how == "signal": os.kill(os.getpid(), signal.SIGTERM)
    sys.exit(how)
if __name__ == "__main__":
    for how in (0, 3, "text", None, "signal"):
        child = multiprocessing.Process(target=leave, args=(how,))
        child.start()
        child.join()
        print(how, child.exitcode)
