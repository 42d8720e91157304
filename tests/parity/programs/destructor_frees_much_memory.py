#: limits = {memoryBytes = 67108864}
# More in all than a run may have: what goes at the end really goes.
class Large:
    def __init__(self): self.data = bytearray(12 << 20)
    def __del__(self):
        self.data = None
        bytearray(25 << 20)
        print("freed")
larges = [Large() for _ in range(3)]
