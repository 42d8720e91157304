class Counts:
    gone = 0
    def __del__(self):
        Counts.gone += 1
        if Counts.gone % 1000 == 0: print(Counts.gone)
many = [Counts() for _ in range(3000)]
for one in many: one.all = many
