import unicodedata
print(unicodedata.unidata_version, unicodedata.name("☃"), unicodedata.normalize("NFD", "é").encode())
