print(list(vars()))
