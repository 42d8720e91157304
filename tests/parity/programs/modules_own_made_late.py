import sys
with open("late.py", "w") as made: made.write("value = 7\n")
import late
print(late.value)
