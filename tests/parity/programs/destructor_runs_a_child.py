import subprocess
class Said:
    def __del__(self): subprocess.run(["echo", "from a child"])
said = Said()
