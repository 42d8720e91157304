import asyncio
loop = asyncio.get_event_loop()
print(type(loop).__name__, loop.run_until_complete(asyncio.sleep(0, "slept")))
