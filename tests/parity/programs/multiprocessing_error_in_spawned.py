import multiprocessing
def fail(): raise ValueError("in a spawned child")
if __name__ == "__main__":
    child = multiprocessing.get_context("spawn").Process(target=fail)
    child.start()
    child.join()
    print(child.exitcode)
