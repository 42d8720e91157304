import os, sys
os.dup2(1, 2)
for number in range(3):
    print("out", number)
    sys.stderr.write(f"err {number} ")
    sys.stderr.write("with a feed\n")
    os.write(1, b"at once\n")
print("flushed", flush=True)
sys.stderr.write("last\n")
