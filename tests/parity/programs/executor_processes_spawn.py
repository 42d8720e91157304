import multiprocessing
from concurrent.futures import ProcessPoolExecutor
def name(number): return number, __name__
if __name__ == "__main__":
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        print(list(pool.map(name, range(2))))
