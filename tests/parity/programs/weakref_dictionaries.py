import gc, weakref
class Key: pass
by_value, by_key = weakref.WeakValueDictionary(), weakref.WeakKeyDictionary()
one, other = Key(), Key()
by_value["one"], by_value["other"] = one, other
by_key[one], by_key[other] = "one", "other"
del other
print(sorted(by_value), sorted(by_key.values()))
class Said:
    def __del__(self): print("left at exit", sorted(by_value or ["none"]))
said = Said()
