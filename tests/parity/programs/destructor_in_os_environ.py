import os
class Texted(str):
    def __del__(self): print("gone", str(self))
os.environ["KEY"] = Texted("value")
kept = Texted("kept")
print("main ends")
