import contextvars, threading
variable = contextvars.ContextVar("variable", default="default")
variable.set("of main")
seen = []
thread = threading.Thread(target=lambda: seen.append(variable.get()))
thread.start()
thread.join()
print(variable.get(), seen, contextvars.copy_context().run(variable.get))
