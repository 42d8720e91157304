import multiprocessing
def work(end, lock, counter):
    with lock: counter.value += end.recv()
    end.send("done")
if __name__ == "__main__":
    here, there = multiprocessing.Pipe()
    lock, counter = multiprocessing.Lock(), multiprocessing.Value("i", 5)
    child = multiprocessing.Process(target=work, args=(there, lock, counter))
    child.start()
    here.send(7)
    print(here.recv(), counter.value)
    child.join()
