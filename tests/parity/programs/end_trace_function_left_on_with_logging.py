import logging, sys
names = []
def trace(frame, event, argument):
    if event == "call": sys.__stdout__.write(frame.f_code.co_name + "\n")
logging.getLogger()
sys.settrace(trace)
