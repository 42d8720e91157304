from concurrent.futures import ProcessPoolExecutor
def square(number): return number * number
if __name__ == "__main__":
    with ProcessPoolExecutor(2) as pool:
        print(list(pool.map(square, range(6))))
