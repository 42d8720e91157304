import multiprocessing
def work(questions, answers):
    for question in iter(questions.get, None): answers.put(question * 2)
if __name__ == "__main__":
    questions, answers = multiprocessing.Queue(), multiprocessing.Queue()
    child = multiprocessing.Process(target=work, args=(questions, answers))
    child.start()
    for number in range(3): questions.put(number)
    questions.put(None)
    print([answers.get() for _ in range(3)])
    child.join()
