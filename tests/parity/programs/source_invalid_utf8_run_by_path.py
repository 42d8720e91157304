#: exit_code = 1
import runpy
with open("helper.py", "wb") as helper:
    helper.write(b"print('before')\nx = 'caf\xe9'\n")
runpy.run_path("helper.py")
