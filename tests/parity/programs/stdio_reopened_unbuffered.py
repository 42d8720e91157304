import io, os, sys
sys.stdout = io.TextIOWrapper(open(1, "wb", 0), write_through=True)
print("at once")
os.write(1, b"then this\n")
