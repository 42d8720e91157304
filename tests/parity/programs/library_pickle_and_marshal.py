import marshal, pickle, shelve
print(marshal.loads(marshal.dumps(compile("5", "x", "eval"))).co_consts, pickle.loads(pickle.dumps({1: [2, {3}]})), marshal.version, pickle.DEFAULT_PROTOCOL)
with shelve.open("made") as shelf: shelf["key"] = [1]
print(shelve.open("made")["key"])
