Ünïcode, ﬁne, 𝔘 = 1, 2, 3
print(sorted(name for name in dir() if not name.startswith("_")), fine)
