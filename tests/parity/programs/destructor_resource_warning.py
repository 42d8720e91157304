import warnings
warnings.simplefilter("always")
def leave_open(): open("one", "w")
leave_open()
left_open = open("other", "w")
print("main ends")
