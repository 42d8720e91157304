#: tries = "Z24: orphans that end in every way while the program goes on, and after it"
#: reason = "runtime_error"
#: exit_code = 3
#: stdout = "200 orphans\n"
import os, signal, time
for number in range(200):
    child = os.fork()
    if child == 0:
        if os.fork() == 0:
            if number % 50 == 0:
                time.sleep(60)
            if number % 2:
                os.kill(os.getpid(), signal.SIGSEGV)
            os._exit(number)
        os._exit(0)
    os.waitpid(child, 0)
print("200 orphans", flush=True)
os._exit(3)
