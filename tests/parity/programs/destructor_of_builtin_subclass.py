class Listed(list):
    def __del__(self): print("list", len(self))
class Counted(int):
    def __del__(self): print("int", int(self))
class Texted(str):
    def __del__(self): print("str", str(self))
listed, counted, texted = Listed("abc"), Counted(5), Texted("text")
listed.append(counted)
