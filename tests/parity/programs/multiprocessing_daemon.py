import multiprocessing, time
def forever(): time.sleep(60)
if __name__ == "__main__":
    child = multiprocessing.Process(target=forever, daemon=True)
    child.start()
    print("main ends")
