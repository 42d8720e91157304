import sys
events = []
def trace(frame, event, argument):
    events.append((event, frame.f_code.co_name, frame.f_lineno - frame.f_code.co_firstlineno))
    return trace
def traced(value):
    value += 1
    return value
sys.settrace(trace)
traced(1)
sys.settrace(None)
print(events)
