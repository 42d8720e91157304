import resource
for name in sorted(name for name in dir(resource) if name.startswith("RLIMIT_")): print(name, resource.getrlimit(getattr(resource, name)))
