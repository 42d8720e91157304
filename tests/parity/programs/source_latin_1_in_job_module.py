with open("helper.py", "wb") as helper:
    helper.write(b"# coding: latin-1\nx = 'caf\xe9'\n")
import helper
print(helper.x)
