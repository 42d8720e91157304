#: exit_code = 1
import asyncio
async def fail(error):
    await asyncio.sleep(0)
    raise error
async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(fail(ValueError("one")))
        group.create_task(fail(TypeError("two")))
asyncio.run(main())
