import asyncio, os, signal
async def main():
    got = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, got.set)
    os.kill(os.getpid(), signal.SIGUSR1)
    await got.wait()
    print("got the signal")
asyncio.run(main())
print(signal.getsignal(signal.SIGUSR1), signal.set_wakeup_fd(-1))
