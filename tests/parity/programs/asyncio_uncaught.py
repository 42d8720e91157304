#: exit_code = 1
import asyncio
async def fail(): raise ValueError("uncaught")
async def main():
    await fail()
asyncio.run(main())
