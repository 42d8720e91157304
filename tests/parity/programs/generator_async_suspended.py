async def suspended():
    try:
        yield 1
    finally:
        print("closed")
one = suspended()
try:
    one.asend(None).send(None)
except StopIteration as got:
    print("got", got.value)
print("main ends")
