import multiprocessing
def fail(): raise ValueError("in a child")
if __name__ == "__main__":
    child = multiprocessing.Process(target=fail)
    child.start()
    child.join()
    print(child.exitcode)
