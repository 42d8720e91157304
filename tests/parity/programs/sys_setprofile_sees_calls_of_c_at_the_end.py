import sys
def profile(frame, event, argument):
    if event == "c_call": sys.__stderr__.write(f"{argument.__name__} in {frame.f_code.co_name}\n")
sys.setprofile(profile)
len([])
