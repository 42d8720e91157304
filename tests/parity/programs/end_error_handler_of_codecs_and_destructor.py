import codecs
class Said:
    def __del__(self): print("gone")
codecs.register_error("said", lambda error: ("", error.end))
said = Said()
