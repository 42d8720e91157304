import functools
class Said:
    def __init__(self, text): self.text = text
    def __del__(self): print(self.text)
@functools.lru_cache
def made(number): return Said(number)
made(1), made(2)
print("main ends")
