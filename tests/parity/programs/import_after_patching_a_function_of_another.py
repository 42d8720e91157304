#: differs = "modules that were imported ahead come without the steps of an import: no events, no finders made, no depth of recursion, nothing of what the program has put in the place of functions they took"
# Whoever makes a class calls what is there at that moment.
import collections
made = []
original = collections.namedtuple
collections.namedtuple = lambda name, *arguments, **options: made.append(name) or original(name, *arguments, **options)
import inspect, shutil
print(made)
