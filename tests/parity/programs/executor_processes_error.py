#: exit_code = 1
from concurrent.futures import ProcessPoolExecutor
def fail(number): raise ValueError(number)
if __name__ == "__main__":
    with ProcessPoolExecutor(1) as pool:
        pool.submit(fail, 5).result()
