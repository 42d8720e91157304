#: args = ["an argument", ""]
print(open("/proc/self/cmdline", "rb").read())
