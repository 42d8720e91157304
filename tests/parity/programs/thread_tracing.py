import threading
calls = []
def trace(frame, event, argument):
    calls.append((event, frame.f_code.co_name))
threading.setprofile(trace)
def work(): len([])
thread = threading.Thread(target=work)
thread.start()
thread.join()
print([call for call in calls if call[1] == "work"])
