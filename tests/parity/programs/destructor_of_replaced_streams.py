import io, sys
class Stream(io.StringIO):
    def __del__(self): sys.__stdout__.write("stream gone\n")
sys.stderr = Stream()
print("main ends")
