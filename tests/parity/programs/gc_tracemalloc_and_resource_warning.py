import tracemalloc, warnings
tracemalloc.start()
warnings.simplefilter("always")
def leave_open(): return open("made", "w")
leave_open()
