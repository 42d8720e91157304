kept = []
class Said:
    def __del__(self):
        print("gone, and back")
        kept.append(self)
Said()
print(len(kept))
del kept[:]
print("main ends")
