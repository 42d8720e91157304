import os, time
if os.fork() == 0:
    time.sleep(0.2)
    os.write(1, b"late\n")
    os._exit(0)
print("main ends")
