import codecs
codecs.register(lambda name: codecs.lookup("utf-8") if name == "own" else None)
print("é".encode("own"))
try:
    "é".encode("unknown")
except LookupError as error:
    print(error)
