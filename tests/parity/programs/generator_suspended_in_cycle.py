def suspended():
    holder = []
    me = yield
    holder.append(me)
    try:
        yield
    finally:
        print("closed")
one = suspended()
next(one)
one.send(one)
del one
print("main ends")
