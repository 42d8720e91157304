import multiprocessing, sys
print("module runs as", __name__)
def work(number): print("child", number, multiprocessing.current_process().name, __name__, sys.argv)
if __name__ == "__main__":
    sys.stdout.flush()
    context = multiprocessing.get_context("spawn")
    child = context.Process(target=work, args=(3,))
    child.start()
    child.join()
    print(child.exitcode)
