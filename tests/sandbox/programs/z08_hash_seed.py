#: tries = "Z8: hashes that anyone can foresee"
#: stdout = "1 True True\n"
import subprocess, sys
def of_another(*options):
    return subprocess.run([sys.executable, *options, "-c", "print(hash('abc'))"], capture_output=True, text=True).stdout
print(sys.flags.hash_randomization, hash("abc") == hash("ab" + "c"), len({of_another() for _ in range(3)}) == 3)
