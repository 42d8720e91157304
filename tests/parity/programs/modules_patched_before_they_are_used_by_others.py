import string
string.ascii_lowercase = "patched"
import random, secrets
print(string.ascii_lowercase, random.Random(1).random())
