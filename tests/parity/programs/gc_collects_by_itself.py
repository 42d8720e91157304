#: differs = "what was there before the program is frozen, so the collector counts otherwise"
# How many cycles are made before the first is collected.
class Cycle:
    gone = 0
    def __init__(self): self.me = self
    def __del__(self): Cycle.gone += 1
made = 0
while not Cycle.gone:
    Cycle()
    made += 1
print(made, Cycle.gone)
