import traceback
def fail(): raise ValueError("formatted")
try:
    fail()
except ValueError as error:
    print(traceback.format_exc())
    print(traceback.extract_tb(error.__traceback__))
    print("".join(traceback.TracebackException.from_exception(error, capture_locals=True).format()))
