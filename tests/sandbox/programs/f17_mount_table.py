#: tries = "F17: learn the host's paths from the mount table"
#: stdout = "[]\n"
with open("/proc/self/mountinfo") as table:
    roots = {line.split()[3] for line in table}
print([r for r in sorted(roots) if any(w in r for w in ("home", "data", "code-exec", "docker"))])
