import asyncio
async def forever():
    try:
        await asyncio.sleep(60)
    finally:
        print("closed")
async def main():
    await asyncio.sleep(0)
loop = asyncio.new_event_loop()
task = loop.create_task(forever(), name="pending")
loop.run_until_complete(main())
print("loop left open")
