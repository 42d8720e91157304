import atexit
print(atexit._ncallbacks())
import logging, weakref, threading, concurrent.futures.thread
print(atexit._ncallbacks())
