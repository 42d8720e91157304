#: stdin = "answer\n"
import os
print("printed before")
os.dup2(1, 2)
print(input("prompt? "))
