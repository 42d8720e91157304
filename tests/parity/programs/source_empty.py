#: code = ""
