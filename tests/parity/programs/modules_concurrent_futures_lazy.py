import concurrent.futures
print("thread" in vars(concurrent.futures), sorted(name for name in __import__("sys").modules if name.startswith("concurrent")))
concurrent.futures.ThreadPoolExecutor
print("thread" in vars(concurrent.futures), sorted(name for name in __import__("sys").modules if name.startswith("concurrent")))
