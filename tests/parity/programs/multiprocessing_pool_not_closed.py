import multiprocessing
def square(number): return number * number
if __name__ == "__main__":
    pool = multiprocessing.Pool(1)
    print(pool.map(square, range(3)))
