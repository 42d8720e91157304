class Fails:
    def __del__(self): raise ValueError("in a destructor")
    def __repr__(self): return "<Fails>"
def make(): Fails()
make()
at_exit = Fails()
print("main ends")
