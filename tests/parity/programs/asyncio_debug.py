import asyncio
async def fail(): raise ValueError("debugged")
async def main():
    print(asyncio.get_running_loop().get_debug())
    results = await asyncio.gather(fail(), return_exceptions=True)
    print(results)
asyncio.run(main(), debug=True)
