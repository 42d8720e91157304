import asyncio
async def forever():
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        print("cancelled")
        raise
async def main():
    asyncio.create_task(forever(), name="pending")
    await asyncio.sleep(0)
    print("main ends")
asyncio.run(main())
