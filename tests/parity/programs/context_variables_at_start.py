import contextvars, decimal
print(len(contextvars.copy_context()))
decimal.getcontext()
print([variable.name for variable in contextvars.copy_context()])
