import _thread, sys
done = _thread.allocate_lock()
done.acquire()
def hook(args):
    print(args.err_msg, args.exc_value, args.object.__name__)
    done.release()
sys.unraisablehook = hook
def fail(): raise ValueError("in a raw thread")
_thread.start_new_thread(fail, ())
done.acquire()
print("main ends")
