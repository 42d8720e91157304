import subprocess
subprocess.run("grep -E 'Sig(Blk|Ign|Cgt)' /proc/self/status; trap", shell=True)
subprocess.run(["grep", "-E", "Sig(Blk|Ign)", "/proc/self/status"], restore_signals=False)
