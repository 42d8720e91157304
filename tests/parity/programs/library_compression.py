import bz2, gzip, io, lzma, tarfile, zipfile
data = b"some text " * 1000
print([len(pack(data)) for pack in (bz2.compress, lzma.compress)], gzip.decompress(gzip.compress(data)) == data)
with tarfile.open("made.tar.gz", "w:gz") as made: made.add("main.py")
print(tarfile.open("made.tar.gz").getnames())
