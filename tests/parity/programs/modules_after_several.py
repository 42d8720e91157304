#: differs = "modules that were imported ahead come without the steps of an import: no events, no finders made, no depth of recursion, nothing of what the program has put in the place of functions they took"
# One after the other, each adds what the ones before have not.
import sys
for name in ("enum", "functools", "re", "string", "json", "dataclasses", "inspect", "logging", "threading", "subprocess", "tempfile", "random"):
    before = set(sys.modules)
    __import__(name)
    print(name, [added for added in sys.modules if added not in before])
