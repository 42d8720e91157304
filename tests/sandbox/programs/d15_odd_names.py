#: tries = "D15: file names that are no text"
#: stdout = "made\n"
for name in (b"\xc3.txt", b"new\nline", b'"quo\'te', b"\x1b[31m"):
    open(name, "w").close()
print("made")
