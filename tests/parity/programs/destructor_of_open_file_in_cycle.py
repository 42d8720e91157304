import os
class Holder: pass
holder = Holder()
holder.itself = holder
holder.file = open(os.dup(1), "w")
holder.file.write("written when the file goes\n")
