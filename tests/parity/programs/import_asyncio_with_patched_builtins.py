import builtins, sys
said = print
builtins.print = lambda *values: said(">", *values)
import asyncio
async def sleep():
    try: await asyncio.sleep(60)
    except asyncio.CancelledError:
        print("cancelled")
        raise
async def main():
    task = asyncio.create_task(sleep())
    await asyncio.sleep(0)
    task.cancel()
    try: await task
    except asyncio.CancelledError: print("seen")
    try: await asyncio.wait_for(asyncio.sleep(60), 0.01)
    except asyncio.TimeoutError: print("too long")
asyncio.run(main())
