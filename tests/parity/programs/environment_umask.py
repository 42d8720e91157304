import os
print(oct(os.umask(0o077)), oct(os.umask(0o022)))
open("made", "w").close()
os.mkdir("below")
print(oct(os.stat("made").st_mode), oct(os.stat("below").st_mode))
