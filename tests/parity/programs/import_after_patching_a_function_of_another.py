# Whoever makes a class calls what is there at that moment.
import collections
made = []
original = collections.namedtuple
collections.namedtuple = lambda name, *arguments, **options: made.append(name) or original(name, *arguments, **options)
import inspect, shutil
print(made)
