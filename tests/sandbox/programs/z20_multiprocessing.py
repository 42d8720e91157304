#: tries = "Z20: pools by every method of starting"
#: stdout = "fork [1, 4, 9]\nspawn [1, 4, 9]\nforkserver [1, 4, 9]\n"
#: limits = {cpuTimeMs = 10000, wallTimeMs = 30000}
import multiprocessing
def square(x):
    return x * x
if __name__ == "__main__":
    for method in ("fork", "spawn", "forkserver"):
        with multiprocessing.get_context(method).Pool(2) as pool:
            print(method, pool.map(square, (1, 2, 3)), flush=True)
