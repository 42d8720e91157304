import asyncio, sys
async def main():
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", "print(input()[::-1]); exit(3)",
                                                 stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE)
    print(await child.communicate(b"abc\n"), child.returncode)
    shell = await asyncio.create_subprocess_shell("echo shell", stdout=asyncio.subprocess.PIPE)
    print(await shell.communicate())
asyncio.run(main())
