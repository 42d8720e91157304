print("no line feed at the end", end="")
