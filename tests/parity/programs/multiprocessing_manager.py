import multiprocessing
def work(shared): shared["child"] = 1
if __name__ == "__main__":
    with multiprocessing.Manager() as manager:
        shared = manager.dict()
        child = multiprocessing.Process(target=work, args=(shared,))
        child.start()
        child.join()
        print(shared)
