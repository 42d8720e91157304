import sys
class Texted(str):
    def __del__(self): print("gone", str(self))
sys.argv.append(Texted("argument"))
sys.orig_argv.append(Texted("original argument"))
sys.warnoptions.append(Texted("option"))
print("main ends")
