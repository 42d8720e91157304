import types
@types.coroutine
def pause(): yield
async def suspended():
    try:
        await pause()
    finally:
        print("closed")
one = suspended()
one.send(None)
print("main ends")
