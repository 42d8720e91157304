import io, sys
sys.stdout = io.StringIO()
print("collected")
text = sys.stdout.getvalue()
sys.stdout = sys.__stdout__
print("was:", text)
