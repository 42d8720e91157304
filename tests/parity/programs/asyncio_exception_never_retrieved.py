import asyncio
async def fail(): raise ValueError("nobody asks")
async def main():
    task = asyncio.create_task(fail(), name="failing")
    await asyncio.sleep(0.01)
    del task
    print("main ends")
asyncio.run(main())
