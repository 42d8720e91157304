import os, threading
threading.Thread(target=os.execv, args=("/bin/echo", ["echo", "from a thread"])).start()
threading.Event().wait()
