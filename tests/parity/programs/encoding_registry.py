import codecs, encodings, sys
print(sorted(name for name in sys.modules if name.startswith("encodings")))
print(codecs.lookup("latin-1").name, "é".encode("cp1252"), "é".encode("idna"), codecs.encode("text", "rot13"))
print(sorted(name for name in sys.modules if name.startswith("encodings")))
print(codecs.lookup_error("strict"), codecs.lookup_error("surrogateescape"))
