#: differs_for_user = "without control groups private memory is bounded with RLIMIT_DATA, beside what the warm parent has"
import resource
for name in sorted(name for name in dir(resource) if name.startswith("RLIMIT_")): print(name, resource.getrlimit(getattr(resource, name)))
