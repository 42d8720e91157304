import multiprocessing
def work(number): print("child", number, multiprocessing.current_process().name, __name__)
if __name__ == "__main__":
    multiprocessing.set_start_method("fork")
    child = multiprocessing.Process(target=work, args=(3,))
    child.start()
    child.join()
    print(child.exitcode, multiprocessing.current_process().name, multiprocessing.parent_process())
