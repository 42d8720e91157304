import array, csv, io, struct
text = io.StringIO()
csv.writer(text).writerows([["a", 'quo"ted'], ["line\nfeed", 1.5]])
print(repr(text.getvalue()), list(csv.reader(io.StringIO("a,b\n1,\"2,3\"\n"))), csv.list_dialects(), csv.field_size_limit())
print(struct.pack(">IHb", 1, 2, -3), struct.unpack("<d", struct.pack("<d", 1.5)), array.array("i", [1, 2, 3]).tobytes())
