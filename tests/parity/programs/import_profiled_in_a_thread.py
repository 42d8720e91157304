import sys, threading
calls = []
def profile(frame, event, argument):
    if event == "call" and frame.f_code.co_name == "<module>": calls.append(frame.f_code.co_filename)
def work():
    import textwrap
threading.setprofile(profile)
thread = threading.Thread(target=work)
thread.start()
thread.join()
print(calls)
