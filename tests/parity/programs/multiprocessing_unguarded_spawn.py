#: exit_code = 1
import multiprocessing
def work(): pass
child = multiprocessing.get_context("spawn").Process(target=work)
child.start()
child.join()
raise SystemExit(child.exitcode)
