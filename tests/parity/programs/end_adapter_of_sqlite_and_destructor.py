import sqlite3
class Said:
    def __del__(self): print("gone")
sqlite3.register_adapter(Said, lambda said: "said")
said = Said()
