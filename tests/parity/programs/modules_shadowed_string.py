#: files = [{name = "string.py", content = "ascii_letters = 'own'\n"}]
import string
print(string.ascii_letters)
