# Several times what a run may have: what goes at the end really goes.
class Large:
    def __init__(self): self.data = bytearray(40 << 20)
    def __del__(self):
        self.data = None
        bytearray(150 << 20)
        print("freed")
larges = [Large() for _ in range(3)]
