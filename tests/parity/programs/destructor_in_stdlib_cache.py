import fnmatch, re
class Said(str):
    def __del__(self): print("gone", str(self))
print(fnmatch.fnmatch("abc", Said("a*")))
re.compile(Said("a+"))
print("main ends")
