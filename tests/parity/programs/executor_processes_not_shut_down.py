from concurrent.futures import ProcessPoolExecutor
def square(number): return number * number
if __name__ == "__main__":
    pool = ProcessPoolExecutor(1)
    future = pool.submit(square, 4)
    future.add_done_callback(lambda future: print(future.result()))
    print("main ends", flush=True)
