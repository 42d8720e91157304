from concurrent.futures import ThreadPoolExecutor
import time
pool = ThreadPoolExecutor(1)
def work(number):
    time.sleep(0.05)
    print("worked", number)
for number in range(3): pool.submit(work, number)
print("main ends")
