#: exit_code = 1
from concurrent.futures import ThreadPoolExecutor
def fail(number): raise ValueError(number)
with ThreadPoolExecutor(1) as pool:
    forgotten = pool.submit(fail, 1)
    pool.submit(fail, 2).result()
