try:
    "text"()
except TypeError as error:
    print(error)
