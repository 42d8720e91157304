class Fails:
    def __del__(self): raise ValueError("in a destructor")
fails = Fails()
del fails
print("main goes on")
