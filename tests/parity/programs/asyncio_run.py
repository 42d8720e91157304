import asyncio
async def work(number):
    await asyncio.sleep(0.01 * number)
    print("worked", number)
    return number
async def main():
    print(await asyncio.gather(*(work(number) for number in range(3))))
    return "returned"
print(asyncio.run(main()))
