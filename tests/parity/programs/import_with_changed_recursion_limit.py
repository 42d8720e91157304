import sys
sys.setrecursionlimit(120)
import textwrap
print(textwrap.fill("text"))
