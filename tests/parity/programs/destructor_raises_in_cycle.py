class Fails:
    def __del__(self): raise ValueError("in a destructor of a cycle")
    def __repr__(self): return "<Fails>"
at_exit = Fails()
at_exit.itself = at_exit
