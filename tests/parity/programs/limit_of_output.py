import sys
sys.stdout.write("x" * 3000000)
sys.stderr.write("y" * 3000000)
