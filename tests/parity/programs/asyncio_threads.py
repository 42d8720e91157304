import asyncio, threading
async def main():
    print(await asyncio.to_thread(lambda: threading.current_thread().name))
    print(threading.active_count())
asyncio.run(main())
print(threading.active_count())
