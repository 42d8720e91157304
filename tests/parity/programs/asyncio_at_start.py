import asyncio, asyncio.events
try:
    asyncio.get_running_loop()
except RuntimeError as error:
    print(error)
print(asyncio._get_running_loop(), asyncio.events._event_loop_policy, type(asyncio.get_event_loop_policy()).__name__)
