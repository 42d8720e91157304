import sys
calls = []
def profile(frame, event, argument):
    if event == "call" and frame.f_code.co_name == "<module>": calls.append(frame.f_code.co_filename)
sys.setprofile(profile)
import json
import textwrap
sys.setprofile(None)
print(calls)
