import asyncio
async def fail(): raise ValueError("nobody asks")
async def main():
    global task
    task = asyncio.create_task(fail(), name="failing")
    await asyncio.sleep(0.01)
asyncio.run(main())
print("main ends")
