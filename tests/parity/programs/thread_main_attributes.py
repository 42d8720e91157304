import os, threading
main = threading.main_thread()
print(main.name, type(main).__name__, main.daemon, main.is_alive(), main is threading.current_thread())
print(main.ident == threading.get_ident(), main.native_id == threading.get_native_id() == os.getpid())
print(threading._active[main.ident] is main, list(threading._limbo), threading._shutdown_locks)
