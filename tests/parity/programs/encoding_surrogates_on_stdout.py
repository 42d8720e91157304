print("a\udc80b\udcffc")
