import sys
flush = sys.stdout.flush
def said():
    flush()
    sys.__stderr__.write("flushed\n")
sys.stdout.flush = said
print("main ends")
