from concurrent.futures import ThreadPoolExecutor, as_completed
with ThreadPoolExecutor(4) as pool:
    print(list(pool.map(lambda n: n * n, range(10))))
    print(sorted(future.result() for future in as_completed([pool.submit(pow, 2, n) for n in range(5)])))
