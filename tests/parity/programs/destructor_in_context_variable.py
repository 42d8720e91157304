import contextvars
class Said:
    def __del__(self): print("gone")
variable = contextvars.ContextVar("variable")
variable.set(Said())
print("main ends")
