#: stdin = "from the real one\n"
import io, sys
sys.stdin = io.StringIO("from the replacement\n")
print(input("prompt> "))
sys.stdin = sys.__stdin__
sys.stdout = io.StringIO()
text = input("hidden> ")
print(text, sys.stdout.getvalue(), file=sys.__stdout__)
