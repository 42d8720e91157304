# The directory has been read, so whether the new file is seen depends on its time; after invalidation it is.
import importlib
try:
    import late
except ImportError as error:
    print(error)
with open("late.py", "w") as made: made.write("value = 7\n")
importlib.invalidate_caches()
import late
print(late.value)
