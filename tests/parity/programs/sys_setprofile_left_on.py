import atexit, sys, threading
def profile(frame, event, argument):
    if event == "call": sys.__stdout__.write(f"{frame.f_code.co_name} in {frame.f_code.co_filename}\n")
class Said:
    def __del__(self): pass
said = Said()
atexit.register(lambda: None)
sys.setprofile(profile)
