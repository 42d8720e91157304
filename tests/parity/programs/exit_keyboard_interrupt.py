#: signal = 2
print("before")
raise KeyboardInterrupt
