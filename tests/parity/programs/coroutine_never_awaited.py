async def forgotten(): pass
forgotten()
at_exit = forgotten()
print("main ends")
