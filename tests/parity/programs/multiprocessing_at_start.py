import multiprocessing, multiprocessing.spawn, multiprocessing.process, sys
print(multiprocessing.get_start_method(), multiprocessing.get_all_start_methods(), multiprocessing.spawn.get_executable())
print(multiprocessing.active_children(), multiprocessing.current_process().name, multiprocessing.current_process()._identity,
      multiprocessing.process.ORIGINAL_DIR, next(multiprocessing.process._process_counter))
