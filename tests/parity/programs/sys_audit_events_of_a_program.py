import sys
seen = []
sys.addaudithook(lambda event, arguments: seen.append(event))
open("made", "w").close()
exec("1")
import os
os.listdir(".")
sys._getframe()
print(seen)
