import multiprocessing
def work(number): print("child", number, __name__)
if __name__ == "__main__":
    context = multiprocessing.get_context("forkserver")
    child = context.Process(target=work, args=(3,))
    child.start()
    child.join()
    print(child.exitcode)
