#: tries = "O4: output that is no text"
#: stdout = "\uFFFD\uFFFD\uFFFD"
import os
os.write(1, b"\xff\xfe\x80")
