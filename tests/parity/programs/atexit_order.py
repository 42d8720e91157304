import atexit
for number in range(3):
    atexit.register(print, "registered as", number)
print("main ends")
