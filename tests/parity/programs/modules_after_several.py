# One after the other, each adds what the ones before have not.
import sys
for name in ("enum", "functools", "re", "string", "json", "dataclasses", "inspect", "logging", "threading", "subprocess", "tempfile", "random"):
    before = set(sys.modules)
    __import__(name)
    print(name, [added for added in sys.modules if added not in before])
