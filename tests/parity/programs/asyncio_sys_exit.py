#: exit_code = 8
import asyncio, sys
async def main():
    try:
        await asyncio.sleep(0)
        sys.exit(8)
    finally:
        print("finally")
asyncio.run(main())
