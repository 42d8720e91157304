import _thread, time
done = _thread.allocate_lock()
done.acquire()
def work():
    print("in a raw thread")
    done.release()
def late():
    time.sleep(0.3)
    print("never printed")
_thread.start_new_thread(work, ())
done.acquire()
_thread.start_new_thread(late, ())
print("main ends")
