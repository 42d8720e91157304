import multiprocessing, time
def late():
    time.sleep(0.1)
    print("the child ends")
if __name__ == "__main__":
    multiprocessing.Process(target=late).start()
    print("main ends", flush=True)
