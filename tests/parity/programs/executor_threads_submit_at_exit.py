import atexit
from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor(1)
pool.submit(print, "worked")
def late():
    try:
        pool.submit(print, "never")
    except RuntimeError as error:
        print(error)
atexit.register(late)
