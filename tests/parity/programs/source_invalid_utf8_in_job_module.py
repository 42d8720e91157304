#: exit_code = 1
with open("helper.py", "wb") as helper:
    helper.write(b"# line one\nx = 'caf\xe9'\n")
import helper
