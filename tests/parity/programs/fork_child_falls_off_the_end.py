import atexit, os
class Said:
    def __del__(self): print("destructor")
said = Said()
atexit.register(print, "exit function")
child = os.fork()
if child:
    print("status", os.waitpid(child, 0)[1])
